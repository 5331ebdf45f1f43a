import type { Clock, TimerHandle } from '@colloquy/contracts';

/** One abort signal out of a caller's signal and any number of timers; the first to speak gives the reason. */
export class StopSignal {
  readonly #clock: Clock;
  readonly #parent: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timers = new Map<string, TimerHandle>();
  readonly #onParent = (): void => this.stop(this.#parent.reason);

  /**
   * @param clock - where the timers run
   * @param parent - the caller's signal
   */
  constructor(clock: Clock, parent: AbortSignal) {
    this.#clock = clock;
    this.#parent = parent;
    if (parent.aborted) this.stop(parent.reason);
    else parent.addEventListener('abort', this.#onParent, { once: true });
  }

  /** What to hand on. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops with `reason()` in `ms`; an earlier timer of the same name is replaced. */
  setTimer(name: string, ms: number, reason: () => unknown): void {
    this.clearTimer(name);
    if (this.signal.aborted) return;
    this.#timers.set(
      name,
      this.#clock.setTimeout(() => this.stop(reason()), ms),
    );
  }

  /** Forgets the timer of that name. */
  clearTimer(name: string): void {
    const timer = this.#timers.get(name);
    if (timer !== undefined) this.#clock.clearTimeout(timer);
    this.#timers.delete(name);
  }

  /** Stops now. */
  stop(reason: unknown): void {
    this.#controller.abort(reason);
    this.close();
  }

  /** Rejects with the reason as soon as it stops; else never settles. */
  stopped(): Promise<never> {
    return new Promise((_resolve, reject) => {
      const fail = (): void => reject(asError(this.signal.reason));
      if (this.signal.aborted) fail();
      else this.signal.addEventListener('abort', fail, { once: true });
    });
  }

  /** Forgets all timers and the caller's signal: the work is done. */
  close(): void {
    for (const name of [...this.#timers.keys()]) this.clearTimer(name);
    this.#parent.removeEventListener('abort', this.#onParent);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
