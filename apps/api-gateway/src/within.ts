import type { Clock } from '@colloquy/contracts';
import { brokerUnavailable } from './problems.ts';

/** How long a request waits for the broker, in ms. */
const BROKER_MS = 5000;

/**
 * Waits for the broker, but not for ever.
 * @param giveUp - called when it is over: stops what would go on trying
 * @throws ProblemError 503 when it does not answer in time; the work may still be done, under the same ids
 */
export async function withinBrokerTime<T>(clock: Clock, work: Promise<T>, giveUp?: () => void): Promise<T> {
  const done = new AbortController();
  const late = clock.sleep(BROKER_MS, done.signal).then(
    () => {
      giveUp?.();
      throw brokerUnavailable();
    },
    () => new Promise<never>(() => undefined),
  );
  // Whatever becomes of work that came too late was answered already.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
