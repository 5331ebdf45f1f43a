/** The one way in from outside: HTTP, socket, cursor, replay, outbox, fold. */
export {};
