/** Every call of the HTTP API, typed. What each does is in docs/reference/openapi.json. */
import type {
  Accepted,
  AnswerInputBody,
  ChatAccepted,
  ChatDocument,
  ChatPage,
  ChatStatus,
  CreateChatBody,
  EditMessageBody,
  EventPage,
  ForkChatBody,
  Guest,
  Ids,
  Me,
  RegenerateBody,
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
  /** Ends the call; its promise rejects with the signal's reason. A command that was on its way may still happen. */
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
  /** At most so many chats, 1 to 100; 50 when left out. */
  readonly limit?: number;
}

/**
 * The HTTP API, one method a call. Nothing is tried again here (the outbox does that for what a person says), but a token
 * that is refused is renewed. Every method rejects with ApiError, UnreachableError, or the reason of its signal. A
 * command that resolves is on disk: it happens, once, though not yet.
 */
export interface Api {
  /** Starts a chat. `body.id` may be a UUIDv7 of your own, at most a day old. */
  createChat(body: CreateChatBody, options?: CommandOptions): Promise<ChatAccepted>;
  /** The user's chats, newest first: `{ chats, next? }`. */
  listChats(filter?: ChatFilter, options?: CallOptions): Promise<ChatPage>;
  /** A chat with its newest 200 entries as events, and the cursor from which its live events go on. */
  getChat(chatId: string, options?: CallOptions): Promise<ChatDocument>;
  /** Renames or pins a chat. */
  updateChat(chatId: string, body: UpdateChatBody, options?: CommandOptions): Promise<Accepted>;
  /** Deletes a chat; it can be restored for ten minutes. */
  deleteChat(chatId: string, options?: CommandOptions): Promise<Accepted>;
  /** Undoes a deletion. */
  restoreChat(chatId: string, options?: CommandOptions): Promise<Accepted>;
  /** Says something in a chat, 1 to 65 536 characters. */
  sendMessage(chatId: string, body: SendMessageBody, options?: CommandOptions): Promise<Accepted>;
  /** Stops the run. */
  cancelRun(chatId: string, options?: CommandOptions): Promise<Accepted>;
  /**
   * Answers again: the newest answer, or the one named, or what the person said. What followed stays on the log as an
   * older version (`versions` of the user's entry in the view).
   */
  regenerate(chatId: string, body?: RegenerateBody, options?: CommandOptions): Promise<Accepted>;
  /** Says something else instead of what the person said. What followed stays as an older version. */
  editMessage(chatId: string, body: EditMessageBody, options?: CommandOptions): Promise<Accepted>;
  /**
   * A new chat that has the events of this one up to `atSeq`, and goes on from there; what went on there then is
   * cancelled. What this chat has cost is not counted again. Resolves when the new chat is on disk, whole.
   */
  forkChat(chatId: string, body: ForkChatBody, options?: CommandOptions): Promise<ChatAccepted>;
  /** Answers a question; the value of an approval is a boolean. The first answer wins. */
  answerInput(
    request: { readonly chatId: string; readonly requestId: string },
    body: AnswerInputBody,
    options?: CommandOptions,
  ): Promise<Accepted>;
  /** Events with a `seq` beyond `after` (0: all), in order: `{ events, next? }`; at most `limit`, 1 to 1000. */
  listEvents(
    chatId: string,
    page?: { readonly after?: number; readonly limit?: number },
    options?: CallOptions,
  ): Promise<EventPage>;
  /** The whole chat as text: JSON or Markdown. */
  exportChat(chatId: string, format: 'json' | 'md', options?: CallOptions): Promise<string>;
  /** What chats can be started with: `{ workflows }`. */
  listWorkflows(options?: CallOptions): Promise<WorkflowList>;
  getWorkflow(name: string, options?: CallOptions): Promise<WorkflowCard>;
  /** Tokens and money (millionths of a US dollar) by day, model and agent. */
  getUsage(options?: CallOptions): Promise<UsageReport>;
  /** Who the token belongs to. */
  getMe(options?: CallOptions): Promise<Me>;
  /** A token for somebody new. `client.guest()` also uses it from then on. */
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

/** A W3C trace context that begins here. Whether its trace is kept is for the services to say, so it does not. */
function mintTraceparent(ids: Ids): string {
  const hex = (): string => ids.uuid().replaceAll('-', '');
  return `00-${hex()}-${hex().slice(16)}-00`;
}

/** The API over a caller; `ids` mints the keys of commands that bring none. */
export function createApi(call: CallHttp, ids: Ids): Api {
  const json = async <T>(request: HttpCall): Promise<T> => parse(await call(request)) as T;
  const get = <T>(path: string, options?: CallOptions, query?: HttpCall['query']): Promise<T> =>
    json<T>({ method: 'GET', path, ...options, ...(query === undefined ? {} : { query }) });
  const command = <T>(request: Pick<HttpCall, 'method' | 'path' | 'body'>, options: CommandOptions = {}): Promise<T> =>
    json<T>({ ...request, ...options, key: options.key ?? ids.uuid(), traceparent: mintTraceparent(ids) });
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
    regenerate: (chatId, body = {}, options) =>
      command({ method: 'POST', path: `${chatPath(chatId)}/regenerate`, body }, options),
    editMessage: (chatId, body, options) =>
      command({ method: 'POST', path: `${chatPath(chatId)}/edit`, body }, options),
    forkChat: (chatId, body, options) => command({ method: 'POST', path: `${chatPath(chatId)}/fork`, body }, options),
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
