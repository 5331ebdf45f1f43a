/**
 * Work, counted instead of timed: how many items of arrays, maps and sets the platform's own functions passed over.
 * A copy of a list of a thousand counts a thousand on every machine, however busy it is.
 */

/** What passes over all that it is called on. */
const OF_ARRAYS = [
  ...['concat', 'every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flat', 'flatMap', 'forEach'],
  ...['includes', 'indexOf', 'join', 'lastIndexOf', 'map', 'reduce', 'reduceRight', 'reverse', 'some', 'sort'],
  ...['toReversed', 'toSorted', 'toSpliced', 'values', 'entries', 'keys', 'with'],
];
const OF_MAPS = ['entries', 'forEach', 'keys', 'values'];

/** How many items `act` passed over at most, and what it gave. Not for what goes on after it returns. */
export function countWork<T>(act: () => T): { readonly items: number; readonly result: T } {
  let items = 0;
  const undo: (() => void)[] = [];
  const watch = (of: object, name: PropertyKey, size: (self: never, result: unknown) => number): void => {
    const known = Object.getOwnPropertyDescriptor(of, name);
    if (known === undefined) throw new TypeError(`there is no ${String(name)}`);
    const original = known.value as (...given: unknown[]) => unknown;
    Object.defineProperty(of, name, {
      ...known,
      value(this: never, ...given: unknown[]) {
        const result: unknown = Reflect.apply(original, this, given);
        items += size(this, result);
        return result;
      },
    });
    undo.push(() => Object.defineProperty(of, name, known));
  };
  for (const name of [...OF_ARRAYS, Symbol.iterator])
    watch(Array.prototype, name, ({ length }: readonly unknown[]) => length);
  watch(Array.prototype, 'slice', (_self, result) => (result as readonly unknown[]).length);
  for (const kind of [Map, Set])
    for (const name of [...OF_MAPS, Symbol.iterator])
      watch(kind.prototype, name, ({ size }: ReadonlySet<unknown>) => size);
  try {
    items = 0;
    const result = act();
    return { result, items };
  } finally {
    for (const back of undo.reverse()) back();
  }
}
