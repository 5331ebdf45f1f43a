/** The longest delay that Node's timers keep; beyond it they would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

class SystemTimer {
  timeout: NodeJS.Timeout | undefined;
}

function arm(timer: SystemTimer, fn: () => void, ms: number): void {
  timer.timeout = setTimeout(
    () => {
      if (ms > LONGEST_MS) arm(timer, fn, ms - LONGEST_MS);
      else fn();
    },
    Math.min(Math.max(ms, 0), LONGEST_MS),
  );
}

/** An opaque handle of a pending timer. */
type TimerHandle = object;

/** The `Clock` port of contracts on the machine's own clock. Delays may be of any length. */
export const systemClock = {
  /** Wall clock, epoch milliseconds. */
  now(): number {
    return Date.now();
  },
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonic(): number {
    return performance.now();
  },
  /** Calls `fn` once after `ms` milliseconds. */
  setTimeout(fn: () => void, ms: number): TimerHandle {
    const timer = new SystemTimer();
    arm(timer, fn, ms);
    return timer;
  },
  /** Forgets a pending timer; one that has fired or is unknown is left alone. */
  clearTimeout(handle: TimerHandle): void {
    if (handle instanceof SystemTimer) clearTimeout(handle.timeout);
  },
  /**
   * Resolves after `ms` milliseconds.
   * @throws the signal's reason when it is aborted before.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(asError(signal.reason));
        return;
      }
      const onAbort = (): void => {
        this.clearTimeout(timer);
        reject(asError(signal?.reason));
      };
      const timer = this.setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  },
};

/** What `bootService` uses of a clock. */
export type ServiceClock = typeof systemClock;

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
