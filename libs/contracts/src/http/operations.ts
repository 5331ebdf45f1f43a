import { z } from 'zod';
import { attachmentSchema } from '../attachment.ts';
import { idSchema } from '../ids.ts';
import * as doc from './documents.ts';
import * as req from './requests.ts';

/** One call of the HTTP API, as the reference and the gateway know it. */
export interface Operation {
  readonly id: string;
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** Path with `{name}` parameters. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** True when the body is the bytes of a file, of any content type: it is handed on as it comes. */
  readonly bytes?: true;
  readonly status: 200 | 201 | 202;
  readonly response?: z.ZodType;
  /** Content type of the answer when it is no JSON. */
  readonly contentType?: string;
  /** True when no token is needed. */
  readonly open?: true;
  /** Status codes of the problems that the call can answer with. */
  readonly problems: readonly number[];
}

const chat = z.object({ chatId: idSchema });
const file = z.object({ fileId: idSchema });
const COMMON = [400, 401, 404, 413, 429, 503] as const;
/** Of a command: it is on disk. */
const ACCEPTED = { status: 202, response: req.acceptedSchema, problems: COMMON } as const;

const FILE_ANSWERS = 'text/plain, image/png, image/jpeg, image/gif, image/webp';

/** Every call of the HTTP API. */
export const operations: readonly Operation[] = [
  {
    id: 'createChat',
    method: 'post',
    path: '/v1/chats',
    summary: 'Start a chat with its first message.',
    body: req.createChatBody,
    status: 202,
    response: req.chatAcceptedSchema,
    problems: [...COMMON, 409],
  },
  {
    id: 'listChats',
    method: 'get',
    path: '/v1/chats',
    summary: "The user's chats, newest first.",
    query: req.listChatsQuery,
    status: 200,
    response: req.chatPageSchema,
    problems: COMMON,
  },
  {
    id: 'getChat',
    method: 'get',
    path: '/v1/chats/{chatId}',
    summary: 'One chat and the cursor to go on from.',
    params: chat,
    status: 200,
    response: doc.chatDocumentSchema,
    problems: COMMON,
  },
  {
    id: 'updateChat',
    method: 'patch',
    path: '/v1/chats/{chatId}',
    summary: 'Rename or pin.',
    params: chat,
    body: req.updateChatBody,
    ...ACCEPTED,
  },
  {
    id: 'deleteChat',
    method: 'delete',
    path: '/v1/chats/{chatId}',
    summary: 'Delete; can be undone for ten minutes.',
    params: chat,
    ...ACCEPTED,
  },
  {
    id: 'restoreChat',
    method: 'post',
    path: '/v1/chats/{chatId}/restore',
    summary: 'Undo a deletion.',
    params: chat,
    ...ACCEPTED,
  },
  {
    id: 'sendMessage',
    method: 'post',
    path: '/v1/chats/{chatId}/messages',
    summary: 'Say something in a chat.',
    params: chat,
    body: req.sendMessageBody,
    ...ACCEPTED,
  },
  {
    id: 'cancelRun',
    method: 'post',
    path: '/v1/chats/{chatId}/cancel',
    summary: 'Stop the run; what was shown stays.',
    params: chat,
    ...ACCEPTED,
  },
  {
    id: 'regenerate',
    method: 'post',
    path: '/v1/chats/{chatId}/regenerate',
    summary: 'Answer again; the old answer stays as an older version.',
    params: chat,
    body: req.regenerateBody,
    ...ACCEPTED,
  },
  {
    id: 'editMessage',
    method: 'post',
    path: '/v1/chats/{chatId}/edit',
    summary: 'Say something else instead; what followed stays as an older version.',
    params: chat,
    body: req.editMessageBody,
    ...ACCEPTED,
  },
  {
    id: 'forkChat',
    method: 'post',
    path: '/v1/chats/{chatId}/fork',
    summary: 'A new chat that has the beginning of this one.',
    params: chat,
    body: req.forkChatBody,
    status: 202,
    response: req.chatAcceptedSchema,
    problems: [...COMMON, 409],
  },
  {
    id: 'answerInput',
    method: 'post',
    path: '/v1/chats/{chatId}/inputs/{requestId}',
    summary: 'Answer a question or an approval.',
    params: chat.extend({ requestId: idSchema }),
    body: req.answerInputBody,
    ...ACCEPTED,
  },
  {
    id: 'markSeen',
    method: 'post',
    path: '/v1/chats/{chatId}/seen',
    summary: 'Say how far it was seen; other devices learn it.',
    params: chat,
    body: req.markSeenBody,
    ...ACCEPTED,
  },
  {
    id: 'shareChat',
    method: 'post',
    path: '/v1/chats/{chatId}/share',
    summary: 'Make the read-only link, or give the one that there is.',
    params: chat,
    status: 202,
    response: req.shareAcceptedSchema,
    problems: [...COMMON, 409],
  },
  {
    id: 'unshareChat',
    method: 'delete',
    path: '/v1/chats/{chatId}/share',
    summary: 'Withdraw the read-only link.',
    params: chat,
    ...ACCEPTED,
  },
  {
    id: 'getShared',
    method: 'get',
    path: '/v1/shared/{shareId}',
    summary: 'A chat by its read-only link; whoever has the link may read it.',
    params: z.object({ shareId: idSchema }),
    status: 200,
    response: req.sharedChatSchema,
    open: true,
    problems: [400, 404, 429, 503],
  },
  {
    id: 'getSharedFile',
    method: 'get',
    path: '/v1/shared/{shareId}/files/{fileId}',
    summary: 'A file that a message of a shared chat names.',
    params: z.object({ shareId: idSchema, fileId: idSchema }),
    status: 200,
    contentType: FILE_ANSWERS,
    open: true,
    problems: [400, 404, 429, 503],
  },
  {
    id: 'getInbox',
    method: 'get',
    path: '/v1/inbox',
    summary: 'The chats with questions that wait for the user, longest waiting first, at most 100.',
    status: 200,
    response: req.inboxSchema,
    problems: [401, 429, 503],
  },
  {
    id: 'listEvents',
    method: 'get',
    path: '/v1/chats/{chatId}/events',
    summary: 'The events of a chat, in order.',
    params: chat,
    query: req.listEventsQuery,
    status: 200,
    response: req.eventPageSchema,
    problems: COMMON,
  },
  {
    id: 'exportChat',
    method: 'get',
    path: '/v1/chats/{chatId}/export',
    summary: 'The whole chat as JSON or Markdown.',
    params: chat,
    query: req.exportQuery,
    status: 200,
    contentType: 'application/json, text/markdown',
    problems: COMMON,
  },
  {
    id: 'uploadFile',
    method: 'post',
    path: '/v1/files',
    summary: 'Upload a file for a message; the body is the file itself.',
    query: req.uploadFileQuery,
    bytes: true,
    status: 201,
    response: attachmentSchema,
    problems: [...COMMON, 409, 415],
  },
  {
    id: 'getFile',
    method: 'get',
    path: '/v1/files/{fileId}',
    summary: 'A file that the user has uploaded.',
    params: file,
    status: 200,
    contentType: FILE_ANSWERS,
    problems: COMMON,
  },
  {
    id: 'deleteFile',
    method: 'delete',
    path: '/v1/files/{fileId}',
    summary: 'Take back a file that no message has.',
    params: file,
    status: 200,
    response: req.fileDeletedSchema,
    problems: [...COMMON, 409],
  },
  {
    id: 'listWorkflows',
    method: 'get',
    path: '/v1/workflows',
    summary: 'The workflows that a chat can be started with.',
    status: 200,
    response: req.workflowListSchema,
    problems: [401, 429],
  },
  {
    id: 'getWorkflow',
    method: 'get',
    path: '/v1/workflows/{name}',
    summary: 'One workflow.',
    params: z.object({ name: z.string() }),
    status: 200,
    response: doc.workflowCardSchema,
    problems: [401, 404, 429],
  },
  {
    id: 'getUsage',
    method: 'get',
    path: '/v1/usage',
    summary: 'Tokens and money of the user.',
    query: req.usageQuery,
    status: 200,
    response: doc.usageReportSchema,
    problems: [400, 401, 429, 503],
  },
  {
    id: 'getMe',
    method: 'get',
    path: '/v1/me',
    summary: 'Who is asking.',
    status: 200,
    response: req.meSchema,
    problems: [401, 429],
  },
  {
    id: 'createGuest',
    method: 'post',
    path: '/v1/guest',
    summary: 'A new guest: token and cookie.',
    status: 201,
    response: req.guestSchema,
    open: true,
    problems: [403, 429],
  },
];
