/** MongoDB: chats, events, indexes; the only lib that knows it. */
export {};
