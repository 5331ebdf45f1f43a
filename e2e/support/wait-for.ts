/** How a wait goes. */
export interface WaitOptions {
  /** What is waited for, in words: the error says it. */
  readonly what: string;
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/**
 * Waits until `look` gives something; looks again and again. An error of `look` counts as nothing yet.
 * @throws Error that says what did not come in time, with the last error as its cause
 */
export async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>, options: WaitOptions): Promise<T> {
  const { what, withinMs = 20_000, everyMs = 25 } = options;
  const end = performance.now() + withinMs;
  let cause: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) throw new Error(`${what}: not within ${String(withinMs)} ms`, { cause });
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
