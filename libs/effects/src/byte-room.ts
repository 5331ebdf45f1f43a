/** A taker who waits for room. */
interface Waiting {
  readonly bytes: number;
  readonly begin: () => void;
}

/**
 * Room for what is large and in memory only while it is used: who takes some waits until others have given theirs back, in the
 * order of asking. What is larger than all of it has it alone.
 */
export class ByteRoom {
  readonly #limit: number;
  readonly #waiting: Waiting[] = [];
  #taken = 0;

  /** @param limit - bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Resolves with what gives the room back, which may be called once or more often.
   * @throws the signal's reason, when it comes first
   */
  async take(bytes: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#waiting.length > 0 || !this.#fits(bytes)) await this.#wait(bytes, signal);
    else this.#taken += bytes;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#taken -= bytes;
      this.#admit();
    };
  }

  #fits(bytes: number): boolean {
    return this.#taken === 0 || this.#taken + bytes <= this.#limit;
  }

  #wait(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        bytes,
        begin: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason as Error);
        this.#admit();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #admit(): void {
    for (let [next] = this.#waiting; next !== undefined && this.#fits(next.bytes); [next] = this.#waiting) {
      this.#waiting.shift();
      this.#taken += next.bytes;
      next.begin();
    }
  }
}
