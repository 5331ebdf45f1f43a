/** What the calls work with (`GatewayParts`). */
export const PARTS = Symbol('PARTS');
/** The connection to the broker. */
export const MESSAGING = Symbol('MESSAGING');
/** Reads of MongoDB. */
export const STORE = Symbol('STORE');
/** Files that people give with messages. */
export const FILES = Symbol('FILES');
