/** The one way in from outside: HTTP calls, the socket, open chats and the outbox, in a browser and in Node. */
import type {
  Attachment,
  ChatAccepted,
  ChatRow,
  Clock,
  ForkChatBody,
  Guest,
  Ids,
  Variables,
} from '@colloquy/contracts';
import { SOCKET_EVENTS } from '@colloquy/contracts/constants';
import { createApi, type Api } from './api.ts';
import { openChat, type ChatHandle, type OpenChat } from './chat-handle.ts';
import { ClosedError } from './client-error.ts';
import { createConnection, type Connection, type ConnectionStore } from './connection.ts';
import { ForkKeeper, type ForkOptions } from './fork-keeper.ts';
import { createCaller } from './http-call.ts';
import { createListeners, type Listeners } from './listeners.ts';
import type { KeyValueStorage, OutboxItem } from './outbox-item.ts';
import { Outbox } from './outbox.ts';
import { platformClock, platformIds, reportToPlatform, watchPlatform } from './platform.ts';
import { socketTransport } from './socket-transport.ts';
import { keepToken, type TokenKeeper } from './token-keeper.ts';
import type { CreateTransport } from './transport.ts';

/** How a client is made; only `baseUrl` is needed. */
export interface ClientOptions {
  /** Where the service is, without a slash at the end; empty: where the page came from. */
  readonly baseUrl: string;
  /** Bearer token; left out: the cookie alone, or that of {@link Client.guest}. */
  readonly token?: string;
  /**
   * Called when the token is refused or over: by HTTP (401), by the socket, or at its end. However many calls are
   * refused, it is called once; they are made again afterwards. A string that it gives is the new token; give nothing
   * when the cookie is new, or call {@link Client.guest} to become somebody new. A rejection with an {@link ApiError} that is
   * not `retryable` lets the refusal stand; any other one, and no answer within 20 s, means that it may be had later:
   * what was refused is tried again.
   */
  readonly onUnauthorized?: (client: Client) => Promise<unknown>;
  /** Where commands that are not accepted yet outlive the page or the process: `localStorage` fits. Default: nowhere. */
  readonly storage?: KeyValueStorage;
  /** Told what your own listeners throw. Default: `reportError` where there is one, else the console. */
  readonly onError?: (error: unknown) => void;
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
  /** Time and timers; default: {@link platformClock}. */
  readonly clock?: Clock;
  /** Ids and randomness; default: {@link platformIds}. */
  readonly ids?: Ids;
  /** Makes the socket; default: Socket.IO over a websocket. */
  readonly transport?: CreateTransport;
}

/** What a new chat begins with. */
export interface NewChat {
  /** Name of a workflow, as {@link Api.listWorkflows} gives it. */
  readonly workflow: string;
  /** The first message, 1 to 65 536 characters. */
  readonly text: string;
  /** Values for the workflow's variables; left out ones keep their defaults. */
  readonly variables?: Variables;
  /** Files that came up with {@link Api.uploadFile}. */
  readonly attachments?: readonly Attachment[];
}

/** A way into the service. Make one for a person and keep it: it holds one socket for all chats. */
export interface Client {
  /** Every call of the HTTP API. */
  readonly api: Api;
  /** The state of the socket, for a screen. */
  readonly connection: ConnectionStore;
  /** Becomes a new guest; its token is used from now on. Rejects with ApiError or UnreachableError. */
  guest(): Promise<Guest>;
  /**
   * Connects the socket now, and sends what an earlier page has not got accepted. Opening a chat and
   * {@link Client.onChatChanged} do so too.
   */
  connect(): void;
  /**
   * Starts a chat. Its id is known at once; its first message waits in the outbox until the server has it.
   * @throws ClosedError when the client was closed
   */
  startChat(chat: NewChat): { readonly chatId: string; readonly item: OutboxItem };
  /**
   * Opens a chat; the same handle as long as it is open.
   * @throws ClosedError when the client was closed
   */
  openChat(chatId: string): ChatHandle;
  /**
   * A new chat that has the events of this one up to `body.atSeq`. Unlike {@link Api.forkChat} it is tried again, for
   * about half a minute, with one key that outlives the page until it is answered: who asks again gets the same chat.
   * Rejects with ApiError, UnreachableError, or the reason of the signal.
   */
  forkChat(chatId: string, body: ForkChatBody, options?: ForkOptions): Promise<ChatAccepted>;
  /** Calls `listener` with each sidebar row that changed; returns a function that stops it. */
  onChatChanged(listener: (row: ChatRow) => void): () => void;
  /** Commands of a chat that the log does not show yet, oldest first; the same list as long as nothing changed. */
  outboxOf(chatId: string): readonly OutboxItem[];
  /** Calls `listener` with the chatId whenever a command of it gets on; returns a function that stops it. */
  onOutboxChanged(listener: (chatId: string) => void): () => void;
  /** Closes every chat and the socket and ends what is on its way. Commands that are not accepted stay in the storage. */
  close(): void;
}

/** A client. When it is first needed it connects, and sends what an earlier page has not got accepted. */
export function createClient(options: ClientOptions): Client {
  return new LiveClient(options);
}

class LiveClient implements Client {
  readonly api: Api;
  readonly connection: Connection;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #tokens: TokenKeeper;
  readonly #outbox: Outbox;
  readonly #forks: ForkKeeper;
  readonly #onError: (error: unknown) => void;
  readonly #rows: Listeners<ChatRow>;
  readonly #open = new Map<string, OpenChat>();
  readonly #offWake: () => void;
  #becoming: Promise<Guest> | undefined;
  #begun = false;
  #closed = false;

  constructor(options: ClientOptions) {
    const { baseUrl, clock = platformClock, ids = platformIds, onUnauthorized, onError = reportToPlatform } = options;
    this.#clock = clock;
    this.#ids = ids;
    this.#onError = onError;
    this.#tokens = keepToken({ clock, token: options.token, hook: onUnauthorized && (() => onUnauthorized(this)) });
    const send: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.api = createApi(createCaller({ baseUrl, fetch: send, clock, tokens: this.#tokens }), ids, baseUrl);
    const transport = options.transport ?? socketTransport({ baseUrl, token: () => this.#tokens.token() });
    this.connection = createConnection({ transport, clock, ids, tokens: this.#tokens, onError });
    this.#outbox = new Outbox({ api: this.api, clock, ids, storage: options.storage, onError });
    this.#forks = new ForkKeeper({ api: this.api, clock, ids, storage: options.storage });
    this.#rows = createListeners<ChatRow>(onError);
    this.connection.onMessage(({ event, payload }) => {
      if (event === SOCKET_EVENTS.chatChanged) this.#rows.tell(payload as ChatRow);
    });
    this.connection.onChange((state) => {
      if (state === 'online') this.#outbox.wake();
    });
    this.#offWake = watchPlatform({
      onWake: () => {
        this.#wake();
      },
      onOffline: () => {
        this.connection.lose();
      },
      onStorage: () => {
        this.#outbox.lookAgain();
      },
    });
  }

  guest(): Promise<Guest> {
    this.#becoming ??= this.api
      .createGuest()
      .then((fresh) => {
        this.#tokens.take(fresh.token);
        return fresh;
      })
      .finally(() => {
        this.#becoming = undefined;
      });
    return this.#becoming;
  }

  connect(): void {
    if (this.#closed) return;
    this.connection.start();
    if (!this.#begun) this.#outbox.resume();
    this.#begun = true;
  }

  startChat({ workflow, text, variables, attachments }: NewChat): {
    readonly chatId: string;
    readonly item: OutboxItem;
  } {
    this.#assertOpen();
    const chatId = this.#ids.uuid();
    const more = {
      ...(variables === undefined ? {} : { variables }),
      ...(attachments === undefined ? {} : { attachments }),
    };
    const command = { kind: 'create' as const, workflow, text, ...more };
    return { chatId, item: this.#outbox.add(chatId, command) };
  }

  openChat(chatId: string): ChatHandle {
    this.#assertOpen();
    const known = this.#open.get(chatId);
    if (known !== undefined) return known;
    this.connect();
    const handle = openChat({
      chatId,
      api: this.api,
      connection: this.connection,
      outbox: this.#outbox,
      clock: this.#clock,
      ids: this.#ids,
      onError: this.#onError,
      onClose: () => {
        this.#open.delete(chatId);
      },
    });
    this.#open.set(chatId, handle);
    return handle;
  }

  forkChat(chatId: string, body: ForkChatBody, options?: ForkOptions): Promise<ChatAccepted> {
    return this.#forks.fork(chatId, body, options);
  }

  onChatChanged(listener: (row: ChatRow) => void): () => void {
    this.connect();
    return this.#rows.add(listener);
  }

  outboxOf(chatId: string): readonly OutboxItem[] {
    return this.#outbox.of(chatId);
  }

  onOutboxChanged(listener: (chatId: string) => void): () => void {
    return this.#outbox.onChange(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#offWake();
    for (const chat of [...this.#open.values()]) chat.close();
    this.#outbox.close();
    this.#tokens.close();
    this.connection.close();
  }

  #assertOpen(): void {
    if (this.#closed) throw new ClosedError('the client was closed');
  }

  /** The page or the network is back: what waits is tried now, and the line may be dead without a sign. */
  #wake(): void {
    this.#outbox.wake();
    if (this.connection.wake()) for (const chat of this.#open.values()) chat.resubscribe();
  }
}
