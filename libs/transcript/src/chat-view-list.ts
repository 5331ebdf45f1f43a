/**
 * A list that is cheap to copy: adding or changing an entry copies one leaf of 64, and the leaves that did not change are
 * shared by all versions. So what a batch costs does not grow with the history but by one pointer for 64 entries.
 */
const LEAF = 64;

/** An immutable list with structural sharing. */
export class SharedList<T> implements Iterable<T> {
  /** How many items it holds. */
  readonly length: number;
  readonly #leaves: readonly (readonly T[])[];

  private constructor(leaves: readonly (readonly T[])[], length: number) {
    this.#leaves = leaves;
    this.length = length;
  }

  /** The list of these items. */
  static of<T>(items: readonly T[] = []): SharedList<T> {
    const leaves: (readonly T[])[] = [];
    for (let start = 0; start < items.length; start += LEAF) leaves.push(items.slice(start, start + LEAF));
    return new SharedList(leaves, items.length);
  }

  /** The item at `index`, or undefined beyond the end. */
  at(index: number): T | undefined {
    return this.#leaves[Math.floor(index / LEAF)]?.[index % LEAF];
  }

  /** This list and one more item. */
  push(item: T): SharedList<T> {
    const inLast = this.length % LEAF;
    const last = this.#leaves.at(-1);
    const leaves =
      inLast === 0 || last === undefined ? [...this.#leaves, [item]] : [...this.#leaves.slice(0, -1), [...last, item]];
    return new SharedList(leaves, this.length + 1);
  }

  /** This list with another item at `index`; the same list when it is there already, or when there is no such place. */
  with(index: number, item: T): SharedList<T> {
    const leaf = this.#leaves[Math.floor(index / LEAF)];
    if (leaf === undefined || index < 0 || index >= this.length || leaf[index % LEAF] === item) return this;
    return new SharedList(this.#leaves.with(Math.floor(index / LEAF), leaf.with(index % LEAF, item)), this.length);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const leaf of this.#leaves) yield* leaf;
  }
}
