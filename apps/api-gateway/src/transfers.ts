import type { Clock } from '@colloquy/contracts';
import { ProblemError } from '@colloquy/service';

/** Bytes on their way, in or out. */
export interface Running {
  /** Aborted with the reason when it is over for them. */
  readonly signal: AbortSignal;
  /** Ends it, for that reason. */
  readonly end: (reason: Error) => void;
  /** It has ended, however. */
  readonly done: () => void;
}

/** What is on its way now, and whose; ends all of it when the gateway stops. */
export class Transfers {
  readonly #clock: Clock;
  readonly #each = new Map<string, number>();
  readonly #running = new Set<AbortController>();
  readonly #quiet = Promise.withResolvers<undefined>();
  #draining = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many there are. */
  get size(): number {
    return this.#running.size;
  }

  /** How many of them are of that user or link. */
  of(who: string): number {
    return this.#each.get(who) ?? 0;
  }

  /** @throws ProblemError 503 when the gateway stops */
  begin(who: string): Running {
    if (this.#draining) throw stops();
    const over = new AbortController();
    this.#running.add(over);
    this.#each.set(who, this.of(who) + 1);
    return {
      signal: over.signal,
      end: (reason) => over.abort(reason),
      done: () => {
        if (this.#running.delete(over)) this.#ended(who);
      },
    };
  }

  #ended(who: string): void {
    const left = this.of(who) - 1;
    if (left > 0) this.#each.set(who, left);
    else this.#each.delete(who);
    if (this.#draining && this.#running.size === 0) this.#quiet.resolve(undefined);
  }

  /**
   * Begins nothing more, lets what runs end by itself for half of `ms`, and ends the rest; resolves when nothing runs.
   * @param ms - what the whole service has for its end
   */
  async drain(ms: number): Promise<void> {
    this.#draining = true;
    if (this.#running.size === 0) return;
    const timer = this.#clock.setTimeout(() => {
      for (const over of this.#running) over.abort(stops());
    }, ms / 2);
    await this.#quiet.promise;
    this.#clock.clearTimeout(timer);
  }
}

function stops(): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'draining',
    title: 'This instance stops',
    detail: 'Nothing was kept of what came. Send it again, with the same Idempotency-Key: another instance takes it.',
    headers: { 'retry-after': '1' },
  });
}
