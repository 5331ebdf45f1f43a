/** The one way in from outside: HTTP calls, the socket, open chats and the outbox, in a browser and in Node. */
import type { ChatRow, Clock, Guest, Ids, Variables } from '@colloquy/contracts';
import { SOCKET_EVENTS } from '@colloquy/contracts/constants';
import { createApi, type Api } from './api.ts';
import { openChat, type ChatHandle, type OpenChat } from './chat-handle.ts';
import { createConnection, type ConnectionStore } from './connection.ts';
import { createCaller } from './http-call.ts';
import { createListeners } from './listeners.ts';
import type { KeyValueStorage, OutboxItem } from './outbox-item.ts';
import { Outbox } from './outbox.ts';
import { platformClock, platformIds, watchWake } from './platform.ts';
import { socketTransport } from './socket-transport.ts';
import type { CreateTransport } from './transport.ts';

/** How a client is made; only `baseUrl` is needed. */
export interface ClientOptions {
  /** Where the service is, without a slash at the end; empty: where the page came from. */
  readonly baseUrl: string;
  /** Bearer token; left out: the cookie alone, or that of {@link Client.guest}. */
  readonly token?: string;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  readonly ids?: Ids;
  /** Where unsent commands outlive the page: `localStorage` fits. */
  readonly storage?: KeyValueStorage;
  /** Makes the socket; Socket.IO by default. */
  readonly transport?: CreateTransport;
  /** Gets a new token when the token is refused, e.g. by {@link Client.guest}. */
  readonly onUnauthorized?: (client: Client) => Promise<unknown>;
}

/** What a new chat begins with. */
export interface NewChat {
  readonly workflow: string;
  readonly text: string;
  readonly variables?: Variables;
}

/** A way into the service. */
export interface Client {
  readonly api: Api;
  readonly connection: ConnectionStore;
  /** A new guest; its token is used from now on. Rejects with ApiError. */
  guest(): Promise<Guest>;
  /** Connects the socket now. Opening a chat and {@link Client.onChatChanged} do so too. */
  connect(): void;
  /** Starts a chat. Its id is known at once; its first message waits in the outbox until the server has it. */
  startChat(chat: NewChat): { readonly chatId: string; readonly item: OutboxItem };
  /** Opens a chat; the same handle as long as it is open. */
  openChat(chatId: string): ChatHandle;
  /** Calls `listener` with each sidebar row that changed; returns a function that stops it. */
  onChatChanged(listener: (row: ChatRow) => void): () => void;
  /** Commands of a chat that the log does not show yet. */
  outboxOf(chatId: string): readonly OutboxItem[];
  close(): void;
}

/** A client. When it is first needed it connects, and sends what an earlier page has not got accepted. */
export function createClient(options: ClientOptions): Client {
  const { baseUrl, clock = platformClock, ids = platformIds, storage } = options;
  const held: { token: string | undefined } = { token: options.token };
  const token = (): string | undefined => held.token;
  const send = options.fetch ?? ((input, init) => fetch(input, init));
  const api = createApi(createCaller({ baseUrl, fetch: send, clock, token }), ids);
  let becoming: Promise<Guest> | undefined;
  const guest = (): Promise<Guest> => {
    becoming ??= api
      .createGuest()
      .then((fresh) => {
        held.token = fresh.token;
        return fresh;
      })
      .finally(() => {
        becoming = undefined;
      });
    return becoming;
  };
  let renewing: Promise<void> | undefined;
  const renew = (): Promise<void> => {
    const { onUnauthorized } = options;
    if (onUnauthorized === undefined) return Promise.reject(new Error('nobody renews the token'));
    renewing ??= onUnauthorized(client)
      .then(() => undefined)
      .finally(() => {
        renewing = undefined;
      });
    return renewing;
  };
  const connection = createConnection({
    transport: options.transport ?? socketTransport({ baseUrl, token }),
    clock,
    ids,
    renew,
  });
  const outbox = new Outbox({ api, clock, ids, storage, renew });
  const rows = createListeners<ChatRow>();
  const open = new Map<string, OpenChat>();
  connection.onMessage(({ event, payload }) => {
    if (event === SOCKET_EVENTS.chatChanged) rows.tell(payload as ChatRow);
  });
  connection.onChange((state) => {
    if (state === 'online') outbox.wake();
  });
  let begun = false;
  const begin = (): void => {
    connection.start();
    if (!begun) outbox.resume();
    begun = true;
  };
  const offWake = watchWake(() => {
    outbox.wake();
    if (connection.wake()) for (const chat of open.values()) chat.resubscribe();
  });
  const client: Client = {
    api,
    connection,
    guest,
    connect: begin,
    startChat({ workflow, text, variables }) {
      const chatId = ids.uuid();
      const item = outbox.add(chatId, {
        kind: 'create',
        workflow,
        text,
        ...(variables === undefined ? {} : { variables }),
      });
      return { chatId, item };
    },
    openChat(chatId) {
      const known = open.get(chatId);
      if (known !== undefined) return known;
      begin();
      const onClose = (): void => {
        open.delete(chatId);
      };
      const handle = openChat({ chatId, api, connection, outbox, clock, ids, onClose });
      open.set(chatId, handle);
      return handle;
    },
    onChatChanged(listener) {
      begin();
      return rows.add(listener);
    },
    outboxOf: (chatId) => outbox.of(chatId),
    close() {
      offWake();
      for (const chat of [...open.values()]) chat.close();
      outbox.close();
      connection.close();
    },
  };
  return client;
}
