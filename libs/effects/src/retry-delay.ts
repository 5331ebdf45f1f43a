import type { Ids } from '@colloquy/contracts';
import type { ModelFailure } from './types.ts';

const MAX_ATTEMPTS = 4;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;
/** Who is told to wait longer than this fails now: a person looks at the screen. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * How long to wait before the attempt after `attempt` (1 is the first), in ms: doubling, with jitter so that runs that
 * failed together do not come back together. A provider's own wish is honoured. Undefined: give up.
 */
export function retryDelayMs(failure: ModelFailure, attempt: number, ids: Ids): number | undefined {
  if (!failure.retryable || attempt >= MAX_ATTEMPTS) return undefined;
  const { retryAfterMs = 0 } = failure;
  if (retryAfterMs > LONGEST_RETRY_AFTER_MS) return undefined;
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  const jittered = Math.round(ceiling * (0.5 + fraction(ids) / 2));
  return Math.max(retryAfterMs, jittered);
}

/** A random number from 0 to 1. */
function fraction(ids: Ids): number {
  return Buffer.from(ids.random(4), 'base64url').readUInt32BE() / 0xff_ff_ff_ff;
}
