/**
 * A value that whoever holds it has just made: as long as nobody else has seen it, it may still be written to. What is
 * folded is copied once for each event, however many parts of it change.
 */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };
