/** An object whose keys are there only with a value. */
export type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves the keys without a value out: a definition is hashed, and says nothing where nothing was said. */
export function withoutUndefined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
