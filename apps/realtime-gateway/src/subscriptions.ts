import { SOCKET_EVENTS } from '@colloquy/contracts';
import type { Connection } from './connection.ts';
import { subscribeChat, unsubscribeChat } from './subscribe-chat.ts';

/** Answers one message of a client. */
export type SocketHandler = (connection: Connection, payload: unknown) => Promise<unknown>;

/** What a client may send on its socket, and the function that answers it. */
export const subscriptions: Readonly<Record<string, SocketHandler>> = {
  [SOCKET_EVENTS.subscribe]: subscribeChat,
  [SOCKET_EVENTS.unsubscribe]: unsubscribeChat,
};
