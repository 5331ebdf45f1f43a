/** Every schema that two services must agree on, once. */
export {
  CHAT_STATUSES,
  DELTA_KINDS,
  DELTA_TTL_SECONDS,
  DOCUMENT_FIELD_LENGTH,
  DOCUMENT_MESSAGES,
  ID_PATTERN,
  IDEMPOTENCY_HEADER,
  IMAGE_TOKENS,
  MAX_ATTACHMENTS,
  MAX_FILE_TEXT,
  MAX_BODY_BYTES,
  MAX_COMMIT_BYTES,
  MAX_MESSAGE_LENGTH,
  MAX_TITLE_LENGTH,
  MAX_UNREAD,
  MAX_VALUE_LENGTH,
  MULTI_LAST_LIMIT,
  NEWS_EVENT_TYPES,
  SEEN_EVENT_TYPES,
  SOCKET_EVENTS,
  TOKEN_COOKIE,
  UNDO_DELETE_MS,
  WIRE_VERSION,
} from './constants.ts';
export type { Clock, Ids, TimerHandle } from './ports.ts';
export { isSameTrace, messageAttributes, noTracer, SPAN_ATTRIBUTES, spanOf, SPANS } from './tracing.ts';
export type { Span, SpanAttributes, SpanKind, SpanName, SpanStart, Tracer } from './tracing.ts';
export { assertId, idSchema, InvalidIdError, isId, uuidV7Time } from './ids.ts';
export {
  chatSubject,
  commandSubject,
  DURABLES,
  liveChatSubject,
  liveUserSubject,
  ownerSubject,
  parkedSubject,
  runSubject,
  STREAMS,
  timerSubject,
  FILES_BUCKET,
  WORKFLOWS_BUCKET,
} from './subjects.ts';
export type { ChatHeader, ChatRecord, ChatRecordUpdate, OpenMessagePosition } from './chat-record.ts';
export { attachmentSchema, type Attachment } from './attachment.ts';
export { formatCursor, parseCursor, type Cursor } from './cursor.ts';
export { jsonSchema, totalsSchema, variablesSchema, type Json, type Totals, type Variables } from './values.ts';
export {
  chatEventSchema,
  eventSchemas,
  isEventType,
  publicEvent,
  type ChatEvent,
  type EventOf,
  type EventType,
  type NewEvent,
  type NewEventOf,
} from './events/chat-event.ts';
export { publicChatEventSchema, type PublicChatEvent } from './events/public-chat-event.ts';
export { COMPLETION_CODES } from './events/run-events.ts';
export { INPUT_KINDS } from './events/person-events.ts';
export { commitSchema, decodeCommit, deltaSchema, MalformedCommitError, type Commit, type Delta } from './commit.ts';
export {
  commandSchema,
  newerCommandSchema,
  ownerReplySchema,
  ownerRequestSchema,
  REJECTION_CODES,
  ticketSchema,
  TIMER_USER,
  type Command,
  type OwnerReply,
  type OwnerRequest,
  type RejectionCode,
  type Ticket,
} from './commands.ts';
export {
  ENGINE_VERSION,
  limitsSchema,
  workflowDefinitionSchema,
  type Limits,
  type WorkflowDefinition,
} from './workflow-definition.ts';
export { agentDefinitionSchema, type AgentDefinition } from './workflow/agent-definition.ts';
export { childDefinitionSchema, type Branch, type ChildDefinition, type Summary } from './workflow/child-definition.ts';
export { guardrailSchema, type Guardrail } from './workflow/guardrail.ts';
export { NAME_PATTERN } from './workflow/names.ts';
export { patternSchema, type Pattern } from './workflow/pattern.ts';
export { questionExpirySchema, type QuestionExpiry } from './workflow/question-expiry.ts';
export { targetSchema, type Target } from './workflow/target.ts';
export { toolDefinitionSchema, type ToolDefinition } from './workflow/tool-definition.ts';
export {
  chatDocumentSchema,
  chatRowSchema,
  chatStatusSchema,
  lastRunSchema,
  pendingRequestSchema,
  problemSchema,
  usageReportSchema,
  workflowCardSchema,
  type ChatDocument,
  type ChatRow,
  type ChatStatus,
  type PendingRequest,
  type Problem,
  type UsageReport,
  workflowGraphSchema,
  type WorkflowCard,
  type WorkflowGraph,
} from './http/documents.ts';
export {
  acceptedSchema,
  answerInputBody,
  editMessageBody,
  forkChatBody,
  regenerateBody,
  chatAcceptedSchema,
  chatPageSchema,
  createChatBody,
  eventPageSchema,
  fileDeletedSchema,
  exportQuery,
  guestSchema,
  inboxSchema,
  markSeenBody,
  shareAcceptedSchema,
  sharedChatSchema,
  uploadFileQuery,
  usageQuery,
  listChatsQuery,
  listEventsQuery,
  meSchema,
  sendMessageBody,
  updateChatBody,
  workflowListSchema,
  type Accepted,
  type AnswerInputBody,
  type EditMessageBody,
  type ForkChatBody,
  type RegenerateBody,
  type ChatAccepted,
  type ChatPage,
  type CreateChatBody,
  type EventPage,
  type FileDeleted,
  type Guest,
  type Inbox,
  type MarkSeenBody,
  type ShareAccepted,
  type SharedChat,
  type UploadFileQuery,
  type UsageQuery,
  type ListChatsQuery,
  type ListEventsQuery,
  type Me,
  type SendMessageBody,
  type UpdateChatBody,
  type WorkflowList,
} from './http/requests.ts';
export { operations, type Operation } from './http/operations.ts';
export {
  byeSchema,
  chatChangedSchema,
  commitsSchema,
  resetSchema,
  subscribeReplySchema,
  subscribeSchema,
  unsubscribeSchema,
  type Bye,
  type Commits,
  type Reset,
  type Subscribe,
  type SubscribeReply,
  type Unsubscribe,
} from './socket.ts';
export { openApiDocument } from './openapi.ts';
export { asyncApiDocument } from './asyncapi.ts';
export { eventsReference } from './events-reference.ts';
