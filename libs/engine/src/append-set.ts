/**
 * A set of strings that only grows, in versions, as AppendList does it.
 *
 * Invariant: versions share one map from value to the place at which it was added; a version of size n holds the values
 * of the first n places. Only the version that sees the whole map may write to it; any other one copies first.
 */
export class AppendSet implements Iterable<string> {
  /** How many values this version has. */
  readonly size: number;
  readonly #places: Map<string, number>;

  private constructor(places: Map<string, number>, size: number) {
    this.#places = places;
    this.size = size;
  }

  /** A set without values. */
  static empty(): AppendSet {
    return new AppendSet(new Map(), 0);
  }

  /** True when the value is in this version. */
  has(value: string): boolean {
    const place = this.#places.get(value);
    return place !== undefined && place < this.size;
  }

  /** The version that holds the value too. */
  add(value: string): AppendSet {
    if (this.has(value)) return this;
    const mine = this.size > 0 && this.#places.size === this.size;
    const places = mine ? this.#places : new Map([...this].map((held, place) => [held, place]));
    places.set(value, this.size);
    return new AppendSet(places, this.size + 1);
  }

  *[Symbol.iterator](): Generator<string, undefined, undefined> {
    let left = this.size;
    for (const value of this.#places.keys()) {
      if (left-- === 0) return undefined;
      yield value;
    }
    return undefined;
  }
}
