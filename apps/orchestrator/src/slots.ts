/** Work in progress, up to a limit. */
export class Slots {
  readonly #most: number;
  readonly #busy = new Set<Promise<void>>();
  #wakers: (() => void)[] = [];

  /** @param most - how much work may be in progress at once */
  constructor(most: number) {
    this.#most = most;
  }

  /** How much more may be begun now. */
  get free(): number {
    return this.#most - this.#busy.size;
  }

  /** Begins work, which never rejects. */
  begin(work: Promise<void>): void {
    const busy: Promise<void> = work.finally(() => {
      this.#busy.delete(busy);
      this.wake();
    });
    this.#busy.add(busy);
  }

  /** Resolves when the next work is over, or at `wake`. */
  freed(): Promise<void> {
    return new Promise((resolve) => this.#wakers.push(resolve));
  }

  /** Wakes everyone who waits for a free slot. */
  wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }

  /** Resolves when no work is in progress. */
  async idle(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy);
  }
}
