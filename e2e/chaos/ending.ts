/** How what waits ends early. */

/** The run was ended before its verdict. */
export class ChaosEndedError extends Error {
  override readonly name = 'ChaosEndedError';
  constructor() {
    super('ended early');
  }
}

/** Waits `ms`; until the signal comes, and not at all when it came before. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, Math.max(0, ms));
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/**
 * The work's result. Once the signal comes nobody waits for it: what it still does, and how it fails, is its own affair.
 * @throws ChaosEndedError when the signal comes first
 */
export function unlessEnded<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new ChaosEndedError());
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
