/** MongoDB: chats, events, indexes; the only lib that knows it. */
export type { ChatQuery, ChatReader, ChatWriter, PlacedEvent } from './ports.ts';
