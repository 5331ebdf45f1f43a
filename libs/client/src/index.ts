/** The one way in from outside: HTTP, socket, cursor, replay, outbox, fold. */
export { createClient } from './create-client.ts';
export type { Client, ClientOptions, NewChat } from './create-client.ts';
export { ApiError } from './api-error.ts';
export type { ApiErrorCode, ApiFailure } from './api-error.ts';
export { ClientError, ClosedError, UnreachableError } from './client-error.ts';
export type { Api, CallOptions, ChatFilter, CommandOptions, UploadOptions } from './api.ts';
export type { ChatHandle, ChatState } from './chat-handle.ts';
export type { ChatHistory, HistoryState } from './event-history.ts';
export type { ForkOptions } from './fork-keeper.ts';
export type { ChatPhase } from './chat-sync.ts';
export type { ConnectionState, ConnectionStore } from './connection.ts';
export type { KeyValueStorage, OutboxCommand, OutboxItem } from './outbox-item.ts';
export { platformClock, platformIds } from './platform.ts';
export type { CreateTransport, Transport, TransportFailure, TransportHandlers } from './transport.ts';
// The shapes of what the calls give and of what a chat shows.
export type {
  Accepted,
  Attachment,
  ChatAccepted,
  ChatDocument,
  ChatEvent,
  ChatPage,
  ChatRow,
  ChatStatus,
  Clock,
  EventPage,
  Guest,
  Ids,
  Inbox,
  Json,
  Me,
  PendingRequest,
  ShareAccepted,
  SharedChat,
  TimerHandle,
  UsageReport,
  Variables,
  WorkflowCard,
  WorkflowList,
} from '@colloquy/contracts';
export type {
  AgentEntry,
  ChatView,
  Entry,
  EntryList,
  GuardrailEntry,
  HandoffEntry,
  Question,
  QuestionEntry,
  ReasoningEntry,
  RejectedEntry,
  RunEntry,
  SharedList,
  ToolEntry,
  UserEntry,
} from '@colloquy/transcript';
