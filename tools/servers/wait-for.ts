import { setTimeout as sleep } from 'node:timers/promises';

/** What to wait for. */
export interface Wait {
  /** True when it has come. Throwing counts as not yet. */
  readonly until: () => Promise<boolean> | boolean;
  readonly deadlineMs: number;
  /** What is waited for, for the error. */
  readonly what: string;
  /** Milliseconds between two looks. Default 50. */
  readonly everyMs?: number;
  /** When it says something, waiting ends at once with that as the error. */
  readonly giveUp?: () => string | undefined;
}

/**
 * Looks again and again until a condition holds.
 * @throws Error at the deadline or when `giveUp` says so
 */
export async function waitFor(wait: Wait): Promise<void> {
  const end = performance.now() + wait.deadlineMs;
  let last = '';
  for (;;) {
    try {
      if (await wait.until()) return;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    const reason = wait.giveUp?.();
    if (reason !== undefined) throw new Error(reason);
    if (performance.now() > end) {
      throw new Error(`${wait.what}: not within ${wait.deadlineMs / 1000} s${last === '' ? '' : ` (${last})`}`);
    }
    await sleep(wait.everyMs ?? 50);
  }
}
