/**
 * Where each run of a chat is found. Places are only ever added, so all versions share one map and each sees as many of its
 * entries as it was made with; only one that is not the newest any more is copied when it goes on.
 */
export class RunPlaces implements Iterable<readonly [string, number]> {
  /** How many runs have a place. */
  readonly size: number;
  readonly #all: Map<string, { readonly nth: number; readonly place: number }>;

  private constructor(all: Map<string, { readonly nth: number; readonly place: number }>, size: number) {
    this.#all = all;
    this.size = size;
  }

  /** No run has a place. */
  static none(): RunPlaces {
    return new RunPlaces(new Map(), 0);
  }

  /** The place of a run, or undefined when it has none. */
  get(runId: string): number | undefined {
    const found = this.#all.get(runId);
    return found !== undefined && found.nth < this.size ? found.place : undefined;
  }

  /** These places and one more. */
  add(runId: string, place: number): RunPlaces {
    const own = this.#all.size === this.size && !this.#all.has(runId);
    const all = own
      ? this.#all
      : new Map([...this].filter(([id]) => id !== runId).map(([id, at], nth) => [id, { nth, place: at }]));
    const nth = all.size;
    all.set(runId, { nth, place });
    return new RunPlaces(all, nth + 1);
  }

  *[Symbol.iterator](): Iterator<readonly [string, number]> {
    for (const [runId, { nth, place }] of this.#all) if (nth < this.size) yield [runId, place];
  }
}
