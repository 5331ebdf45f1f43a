/** The connection to the broker. */
export const MESSAGING = Symbol('MESSAGING');
/** Reads of MongoDB. */
export const STORE = Symbol('STORE');
/** The workflows with their tools. */
export const WORKFLOWS = Symbol('WORKFLOWS');
/** Model calls and tools. */
export const EFFECTS = Symbol('EFFECTS');
/** Files that people give with messages. */
export const FILES = Symbol('FILES');
