/** The log, commands, tickets and owner requests over NATS, with in-memory twins. */
export {};
