import { z } from 'zod';
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
const COMMON = [400, 401, 404, 413, 429, 503] as const;

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
    status: 202,
    response: req.acceptedSchema,
    problems: COMMON,
  },
  {
    id: 'deleteChat',
    method: 'delete',
    path: '/v1/chats/{chatId}',
    summary: 'Delete; can be undone for ten minutes.',
    params: chat,
    status: 202,
    response: req.acceptedSchema,
    problems: COMMON,
  },
  {
    id: 'restoreChat',
    method: 'post',
    path: '/v1/chats/{chatId}/restore',
    summary: 'Undo a deletion.',
    params: chat,
    status: 202,
    response: req.acceptedSchema,
    problems: COMMON,
  },
  {
    id: 'sendMessage',
    method: 'post',
    path: '/v1/chats/{chatId}/messages',
    summary: 'Say something in a chat.',
    params: chat,
    body: req.sendMessageBody,
    status: 202,
    response: req.acceptedSchema,
    problems: COMMON,
  },
  {
    id: 'cancelRun',
    method: 'post',
    path: '/v1/chats/{chatId}/cancel',
    summary: 'Stop the run; what was shown stays.',
    params: chat,
    status: 202,
    response: req.acceptedSchema,
    problems: COMMON,
  },
  {
    id: 'regenerate',
    method: 'post',
    path: '/v1/chats/{chatId}/regenerate',
    summary: 'Answer again; the old answer stays as an older version.',
    params: chat,
    body: req.regenerateBody,
    status: 202,
    response: req.acceptedSchema,
    problems: COMMON,
  },
  {
    id: 'editMessage',
    method: 'post',
    path: '/v1/chats/{chatId}/edit',
    summary: 'Say something else instead; what followed stays as an older version.',
    params: chat,
    body: req.editMessageBody,
    status: 202,
    response: req.acceptedSchema,
    problems: COMMON,
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
    status: 202,
    response: req.acceptedSchema,
    problems: COMMON,
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
    status: 200,
    response: doc.usageReportSchema,
    problems: [401, 429, 503],
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
