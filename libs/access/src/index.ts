/** Tokens, guests, and who owns a chat. */
export {};
