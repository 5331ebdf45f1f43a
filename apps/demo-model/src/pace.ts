import type { ServiceClock } from '@colloquy/service';

/** How fast an answer is written. */
export interface PaceOptions {
  readonly clock: ServiceClock;
  /** Aborted when the client is gone; ends the writing. */
  readonly gone: AbortSignal;
  readonly firstTokenMs: number;
  /** 0 is as fast as possible. */
  readonly tokensPerSecond: number;
}

/** Waits until the next piece is due; both reject when the client is gone. */
export interface Pace {
  /** The time before the first token. */
  begin(): Promise<void>;
  /** The time that so many tokens take, measured from the beginning, so that late timers do not add up. */
  spend(tokens: number): Promise<void>;
}

/** A pace on the given clock. */
export function createPace(options: PaceOptions): Pace {
  const { clock, gone, firstTokenMs, tokensPerSecond } = options;
  let began = clock.monotonic();
  let spent = 0;
  return {
    async begin() {
      gone.throwIfAborted();
      if (firstTokenMs > 0) await clock.sleep(firstTokenMs, gone);
      began = clock.monotonic();
    },
    async spend(tokens) {
      gone.throwIfAborted();
      if (tokensPerSecond === 0) return;
      spent += tokens;
      const due = began + (spent / tokensPerSecond) * 1000 - clock.monotonic();
      if (due > 0) await clock.sleep(due, gone);
    },
  };
}
