import type { Clock, TimerHandle } from '@colloquy/contracts';

/** A clock whose timers can all be taken away at once, so that nothing keeps a process from its end. */
export interface EndingClock extends Clock {
  /** No timer of it fires from now on. */
  end(): void;
}

/** The time of another clock, with an end. */
export function endingClock(clock: Clock): EndingClock {
  const open = new Set<TimerHandle>();
  let ended = false;
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    setTimeout(fn, ms) {
      const handle = clock.setTimeout(() => {
        open.delete(handle);
        fn();
      }, ms);
      if (ended) clock.clearTimeout(handle);
      else open.add(handle);
      return handle;
    },
    clearTimeout(handle) {
      open.delete(handle);
      clock.clearTimeout(handle);
    },
    end() {
      ended = true;
      for (const handle of open) clock.clearTimeout(handle);
      open.clear();
    },
  };
}
