/**
 * A list that only grows, in versions: `append` gives a new version and leaves the old one as it was.
 *
 * Invariant: versions share one buffer; a version sees its first `length` items and those never change. Only the
 * version that sees the whole buffer may write to it; any other one copies first.
 * So appending costs the same in a long chat as in a short one.
 */
export class AppendList<T> implements Iterable<T> {
  /** How many items this version has. */
  readonly length: number;
  readonly #buffer: T[];

  private constructor(buffer: T[], length: number) {
    this.#buffer = buffer;
    this.length = length;
  }

  /** A list without items. */
  static empty<T>(): AppendList<T> {
    return new AppendList<T>([], 0);
  }

  /** The version with one item more. */
  append(item: T): AppendList<T> {
    // The empty version never lends its buffer: it may be a constant that all chats start from.
    const mine = this.length > 0 && this.#buffer.length === this.length;
    const buffer = mine ? this.#buffer : this.#buffer.slice(0, this.length);
    buffer.push(item);
    return new AppendList(buffer, buffer.length);
  }

  /** The version that held the first `length` items only. */
  first(length: number): AppendList<T> {
    return length >= this.length ? this : new AppendList(this.#buffer, Math.max(0, length));
  }

  /** The same object for versions of one line: what both of them have is the same. Others may share items too. */
  get line(): object {
    return this.#buffer;
  }

  /** The item at an index, counted from the end when negative; undefined when there is none. */
  at(index: number): T | undefined {
    const place = index < 0 ? this.length + index : index;
    return place < this.length ? this.#buffer[place] : undefined;
  }

  /** A copy of the items from an index on. */
  from(index: number): readonly T[] {
    return this.#buffer.slice(index, this.length);
  }

  *[Symbol.iterator](): Generator<T, undefined, undefined> {
    for (let index = 0; index < this.length; index++) yield this.#buffer[index] as T;
    return undefined;
  }
}
