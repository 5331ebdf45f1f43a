import type { Clock } from '@colloquy/contracts';
import { brokerUnavailable } from './problems.ts';

/** How long a request waits for the broker, in ms. */
const BROKER_MS = 5000;

const LATE: unique symbol = Symbol('late');

/**
 * Waits for the broker, but not for ever.
 * @param giveUp - called when it is over: stops what would go on trying
 * @throws ProblemError 503 when it does not answer in time; the work may still be done, under the same ids
 */
export async function withinBrokerTime<T>(clock: Clock, work: Promise<T>, giveUp?: () => void): Promise<T> {
  const result = await raceTime(clock, BROKER_MS, work);
  if (result !== LATE) return result;
  giveUp?.();
  throw brokerUnavailable();
}

/** What the work comes to within `ms`; undefined when it takes longer. */
export async function withinTime<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  const result = await raceTime(clock, ms, work);
  return result === LATE ? undefined : result;
}

async function raceTime<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | typeof LATE> {
  const done = new AbortController();
  const late = clock.sleep(ms, done.signal).then(
    (): typeof LATE => LATE,
    () => new Promise<never>(() => undefined),
  );
  // Nobody waits any more for what comes too late, however it ends.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
