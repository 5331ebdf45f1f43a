/** Every call of the HTTP API, typed. What each does is in docs/reference/openapi.json. */
import type {
  Accepted,
  AnswerInputBody,
  ChatAccepted,
  ChatDocument,
  ChatPage,
  ChatStatus,
  CreateChatBody,
  EventPage,
  Guest,
  Ids,
  Me,
  SendMessageBody,
  UpdateChatBody,
  UsageReport,
  WorkflowCard,
  WorkflowList,
} from '@colloquy/contracts';
import { UnreachableError } from './client-error.ts';
import type { CallHttp, HttpCall } from './http-call.ts';

/** Of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Of every call that changes something. */
export interface CommandOptions extends CallOptions {
  /** The `Idempotency-Key`: a repeated call with the same key is the same command. Fresh when left out. */
  readonly key?: string;
}

/** Which chats to list. */
export interface ChatFilter {
  readonly status?: ChatStatus;
  /** Part of the title or of the last text, in any case. */
  readonly q?: string;
  /** `next` of the page before. */
  readonly before?: string;
  readonly limit?: number;
}

/** The HTTP API. Every method rejects with ApiError, or with the reason of its signal. */
export interface Api {
  createChat(body: CreateChatBody, options?: CommandOptions): Promise<ChatAccepted>;
  listChats(filter?: ChatFilter, options?: CallOptions): Promise<ChatPage>;
  getChat(chatId: string, options?: CallOptions): Promise<ChatDocument>;
  updateChat(chatId: string, body: UpdateChatBody, options?: CommandOptions): Promise<Accepted>;
  deleteChat(chatId: string, options?: CommandOptions): Promise<Accepted>;
  restoreChat(chatId: string, options?: CommandOptions): Promise<Accepted>;
  sendMessage(chatId: string, body: SendMessageBody, options?: CommandOptions): Promise<Accepted>;
  cancelRun(chatId: string, options?: CommandOptions): Promise<Accepted>;
  answerInput(
    request: { readonly chatId: string; readonly requestId: string },
    body: AnswerInputBody,
    options?: CommandOptions,
  ): Promise<Accepted>;
  listEvents(
    chatId: string,
    page?: { readonly after?: number; readonly limit?: number },
    options?: CallOptions,
  ): Promise<EventPage>;
  /** The whole chat as text: JSON or Markdown. */
  exportChat(chatId: string, format: 'json' | 'md', options?: CallOptions): Promise<string>;
  listWorkflows(options?: CallOptions): Promise<WorkflowList>;
  getWorkflow(name: string, options?: CallOptions): Promise<WorkflowCard>;
  getUsage(options?: CallOptions): Promise<UsageReport>;
  getMe(options?: CallOptions): Promise<Me>;
  createGuest(options?: CallOptions): Promise<Guest>;
}

const chatPath = (chatId: string): string => `/v1/chats/${encodeURIComponent(chatId)}`;

/** Reads an answer. @throws UnreachableError when it is no JSON, as of a captive portal */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreachableError('unreadable_answer', { cause: error });
  }
}

/** The API over a caller; `ids` mints the keys of commands that bring none. */
export function createApi(call: CallHttp, ids: Ids): Api {
  const json = async <T>(request: HttpCall): Promise<T> => parse(await call(request)) as T;
  const get = <T>(path: string, options?: CallOptions, query?: HttpCall['query']): Promise<T> =>
    json<T>({ method: 'GET', path, ...options, ...(query === undefined ? {} : { query }) });
  const command = <T>(request: Pick<HttpCall, 'method' | 'path' | 'body'>, options: CommandOptions = {}): Promise<T> =>
    json<T>({ ...request, ...options, key: options.key ?? ids.uuid() });
  return {
    createChat: (body, options) => command({ method: 'POST', path: '/v1/chats', body }, options),
    listChats: (filter = {}, options) => get('/v1/chats', options, { ...filter }),
    getChat: (chatId, options) => get(chatPath(chatId), options),
    updateChat: (chatId, body, options) => command({ method: 'PATCH', path: chatPath(chatId), body }, options),
    deleteChat: (chatId, options) => command({ method: 'DELETE', path: chatPath(chatId) }, options),
    restoreChat: (chatId, options) => command({ method: 'POST', path: `${chatPath(chatId)}/restore` }, options),
    sendMessage: (chatId, body, options) =>
      command({ method: 'POST', path: `${chatPath(chatId)}/messages`, body }, options),
    cancelRun: (chatId, options) => command({ method: 'POST', path: `${chatPath(chatId)}/cancel` }, options),
    answerInput: ({ chatId, requestId }, body, options) =>
      command({ method: 'POST', path: `${chatPath(chatId)}/inputs/${encodeURIComponent(requestId)}`, body }, options),
    listEvents: (chatId, page = {}, options) => get(`${chatPath(chatId)}/events`, options, { ...page }),
    exportChat: (chatId, format, options) =>
      call({ method: 'GET', path: `${chatPath(chatId)}/export`, query: { format }, ...options }),
    listWorkflows: (options) => get('/v1/workflows', options),
    getWorkflow: (name, options) => get(`/v1/workflows/${encodeURIComponent(name)}`, options),
    getUsage: (options) => get('/v1/usage', options),
    getMe: (options) => get('/v1/me', options),
    createGuest: (options) => json({ method: 'POST', path: '/v1/guest', signsIn: true, ...options }),
  };
}
