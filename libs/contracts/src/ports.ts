/**
 * Time, timers, ids and randomness enter our code through these ports and never from globals, so that the real
 * services can run on virtual time with seeded ids.
 */

/** What a timer is known by; only the clock that made it looks inside. */
export type TimerHandle = object;

/** Time and timers. All values are milliseconds. */
export interface Clock {
  /** Wall-clock time: milliseconds since the Unix epoch. */
  now(): number;
  /** A monotonic reading, for measuring spans; its zero means nothing. */
  monotonic(): number;
  /** Calls `fn` once after `ms`. */
  setTimeout(fn: () => void, ms: number): TimerHandle;
  /** Cancels a timer; a timer that fired or was cancelled is left alone. */
  clearTimeout(handle: TimerHandle): void;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Fresh ids. */
export interface Ids {
  /** A UUIDv7 in its canonical 36-character form. */
  uuid(): string;
  /** `bytes` random bytes as base64url. */
  random(bytes: number): string;
}
