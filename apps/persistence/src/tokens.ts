/** The connection to the broker. */
export const MESSAGING = Symbol('MESSAGING');
/** MongoDB, to be written. */
export const STORE = Symbol('STORE');
/** What the projection works with (`ProjectionParts`). */
export const PARTS = Symbol('PARTS');
/** The durable consumer whose lag is shown. */
export const CONSUMER = Symbol('CONSUMERS');
/** Files that people give with messages. */
export const FILES = Symbol('FILES');
