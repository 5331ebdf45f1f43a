/** Every call of the HTTP API, typed. What each does is in docs/reference/openapi.json. */
import type {
  Attachment,
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
  FileDeleted,
  Inbox,
  MarkSeenBody,
  ShareAccepted,
  SharedChat,
  Ids,
  Me,
  RegenerateBody,
  SendMessageBody,
  UpdateChatBody,
  UsageQuery,
  UsageReport,
  WorkflowCard,
  WorkflowList,
} from '@colloquy/contracts';
import { UnreachableError } from './client-error.ts';
import type { Answer, CallHttp, HttpCall } from './http-call.ts';

/** Of every call. */
export interface CallOptions {
  /** Ends the call; its promise rejects with the signal's reason. A command that was on its way may still happen. */
  readonly signal?: AbortSignal;
}

/** Of every call that changes something. */
export interface CommandOptions extends CallOptions {
  /** The `Idempotency-Key`: a repeated call with the same key is the same command. Fresh when left out. */
  readonly key?: string;
  /** True of a short call that must go out even though the page that makes it is being left. */
  readonly keepalive?: boolean;
}

/** Of an upload. */
export interface UploadOptions extends Omit<CommandOptions, 'keepalive'> {
  /** What the file is called. */
  readonly name: string;
  /** Its media type; left out: what a Blob says of itself. */
  readonly type?: string;
  /** Called with bytes. */
  readonly onProgress?: (sent: number, total: number) => void;
}

/** Which chats to list. */
export interface ChatFilter {
  readonly status?: ChatStatus;
  /** Part of the title or of the last text, in any case. */
  readonly q?: string;
  /** Only those that are pinned. */
  readonly pinned?: true;
  /** Only those with something that the person has not seen. */
  readonly unread?: true;
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
  /** Says that the person has seen the chat up to an event; other devices learn it. */
  markSeen(chatId: string, body: MarkSeenBody, options?: CommandOptions): Promise<Accepted>;
  /** Makes the read-only link of a chat, `/s/<shareId>`, or gives the one that there is. */
  shareChat(chatId: string, options?: CommandOptions): Promise<ShareAccepted>;
  /** Withdraws the link: who has it sees nothing any more. */
  unshareChat(chatId: string, options?: CommandOptions): Promise<Accepted>;
  /** A chat by its link; no token is needed. */
  getShared(shareId: string, options?: CallOptions): Promise<SharedChat>;
  /** Every question that waits for this person, over all chats. */
  getInbox(options?: CallOptions): Promise<Inbox>;
  /**
   * Uploads a file for a message; give the answer, or its `fileId`, with the message within a day. The same key is the
   * same file. `onProgress` hears of bytes on their way: in a browser as they go, else at the beginning and the end.
   */
  uploadFile(file: Blob | Uint8Array<ArrayBuffer>, options: UploadOptions): Promise<Attachment>;
  /** Takes back a file that no message has. */
  deleteFile(fileId: string, options?: CommandOptions): Promise<FileDeleted>;
  /** The bytes of a file of this user. For who has no cookie; else {@link Api.fileUrl} will do. */
  getFile(fileId: string, options?: CallOptions): Promise<Blob>;
  /** Where a file of this user is, for an image or a link. */
  fileUrl(fileId: string): string;
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
  getUsage(range?: UsageQuery, options?: CallOptions): Promise<UsageReport>;
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

const FETCHED: Answer = { status: 200, headers: new Headers(), text: '' };
const filePath = (fileId: string): string => `/v1/files/${encodeURIComponent(fileId)}`;

/** The API over a caller at `baseUrl`; `ids` mints the keys of commands that bring none. */
export function createApi(call: CallHttp, ids: Ids, baseUrl = ''): Api {
  const json = async <T>(request: HttpCall): Promise<T> => parse(await call(request)) as T;
  const get = <T>(path: string, options?: CallOptions, query?: HttpCall['query']): Promise<T> =>
    json<T>({ method: 'GET', path, ...options, ...(query === undefined ? {} : { query }) });
  const command = <T>(request: Pick<HttpCall, 'method' | 'path' | 'body'>, options: CommandOptions = {}): Promise<T> =>
    json<T>({ ...request, ...options, key: options.key ?? ids.uuid(), traceparent: mintTraceparent(ids) });
  return {
    createChat: (body, options) => command({ method: 'POST', path: '/v1/chats', body }, options),
    listChats: ({ pinned, unread, ...filter } = {}, options) =>
      get('/v1/chats', options, {
        ...filter,
        ...(pinned === true ? { pinned: 'true' } : {}),
        ...(unread === true ? { unread: 'true' } : {}),
      }),
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
    markSeen: (chatId, body, options) => command({ method: 'POST', path: `${chatPath(chatId)}/seen`, body }, options),
    shareChat: (chatId, options) => command({ method: 'POST', path: `${chatPath(chatId)}/share` }, options),
    unshareChat: (chatId, options) => command({ method: 'DELETE', path: `${chatPath(chatId)}/share` }, options),
    getShared: (shareId, options) => get(`/v1/shared/${encodeURIComponent(shareId)}`, options),
    answerInput: ({ chatId, requestId }, body, options) =>
      command({ method: 'POST', path: `${chatPath(chatId)}/inputs/${encodeURIComponent(requestId)}`, body }, options),
    listEvents: (chatId, page = {}, options) => get(`${chatPath(chatId)}/events`, options, { ...page }),
    exportChat: (chatId, format, options) =>
      call({ method: 'GET', path: `${chatPath(chatId)}/export`, query: { format }, ...options }),
    async uploadFile(file, { name, type, onProgress, signal, key }) {
      const { sendFile } = await import('./send-file.ts');
      const body = new Blob([file], { type: type ?? (file instanceof Blob ? file.type : '') });
      const send = sendFile({ file: body, onProgress });
      const aborts = signal === undefined ? {} : { signal };
      const upload = { method: 'POST', path: '/v1/files', query: { name }, key: key ?? ids.uuid() } as const;
      return json({ ...upload, send, ...aborts });
    },
    deleteFile: (fileId, options) => command({ method: 'DELETE', path: filePath(fileId) }, options),
    async getFile(fileId, options) {
      const { fetchFile } = await import('./send-file.ts');
      let file = new Blob();
      const send: HttpCall['send'] = async (settings, asked) => {
        const got = await fetchFile(settings, asked);
        if (got instanceof Blob) file = got;
        return got instanceof Blob ? FETCHED : got;
      };
      await call({ method: 'GET', path: filePath(fileId), send, ...options });
      return file;
    },
    fileUrl: (fileId) => `${baseUrl}${filePath(fileId)}`,
    listWorkflows: (options) => get('/v1/workflows', options),
    getWorkflow: (name, options) => get(`/v1/workflows/${encodeURIComponent(name)}`, options),
    getUsage: (range = {}, options) => get('/v1/usage', options, { ...range }),
    getInbox: (options) => get('/v1/inbox', options),
    getMe: (options) => get('/v1/me', options),
    createGuest: (options) => json({ method: 'POST', path: '/v1/guest', signsIn: true, ...options }),
  };
}
