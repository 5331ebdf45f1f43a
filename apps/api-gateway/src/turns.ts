import type { Clock } from '@colloquy/contracts';
import { ProblemError } from '@colloquy/service';

/** How many may be at it at once, and how long the others wait for it, in ms. */
export interface TurnLimits {
  readonly atOnce: number;
  readonly waitMs: number;
}

/** For forks: a second each, as a rule. */
export const FORKS: TurnLimits = { atOnce: 2, waitMs: 10_000 };

/** Lets what takes much memory be done by a few at once; the others wait, in order, but not for ever. */
export class Turns {
  readonly #clock: Clock;
  readonly #limits: TurnLimits;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(clock: Clock, limits: TurnLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Does the work when it is its turn.
   * @throws ProblemError 503 when its turn does not come in time; nothing is done then
   */
  async take<T>(work: () => Promise<T>): Promise<T> {
    const done = await this.hold();
    try {
      return await work();
    } finally {
      done();
    }
  }

  /**
   * Waits for a turn; what is given ends it, and does so once.
   * @throws ProblemError 503 when the turn does not come in time
   */
  async hold(): Promise<() => void> {
    if (this.#busy < this.#limits.atOnce) this.#busy += 1;
    else await this.#turn();
    let held = true;
    return () => {
      if (held) this.#next();
      held = false;
    };
  }

  /** True when nobody has a turn, or waits for one. */
  get idle(): boolean {
    return this.#busy === 0;
  }

  /** Hands the turn on: whoever waits longest has it, so that nobody who comes just now is before them. */
  #next(): void {
    const first = this.#waiting.shift();
    if (first === undefined) this.#busy -= 1;
    else first();
  }

  async #turn(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const late = this.#clock.setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(come), 1);
        reject(tooBusy());
      }, this.#limits.waitMs);
      const come = (): void => {
        this.#clock.clearTimeout(late);
        resolve();
      };
      this.#waiting.push(come);
    });
  }
}

function tooBusy(): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'busy',
    title: 'Too much at once',
    detail:
      'Others are at the same work, and there is room for only a few at once. Nothing was done; try again in a moment.',
    headers: { 'retry-after': '2' },
  });
}
