import { TokenBuckets } from '@colloquy/access';
import type { Clock, Operation } from '@colloquy/contracts';
import { ProblemError } from '@colloquy/service';

/** How much one user, or one address without a user, may ask of this instance. */
const RATES = {
  commands: { burst: 100, perSecond: 20 },
  reads: { burst: 300, perSecond: 50 },
  /** A device that is being looked at marks what comes; it must not use up what its person may say. */
  marks: { burst: 60, perSecond: 5 },
  /** By address: read-only links need no user. */
  links: { burst: 120, perSecond: 2 },
  /** By address: whoever is let in as a guest has a full allowance of the others. */
  guests: { burst: 60, perSecond: 10 / 60 },
} as const;

/** Counts the requests of each user and address. */
export interface RateLimits {
  /** @throws ProblemError 429 when it is too much */
  check(operation: Pick<Operation, 'id' | 'method' | 'open'>, who: { userId: string; ip: string }): void;
}

/** Fresh limits, in memory. */
export function createRateLimits(clock: Clock): RateLimits {
  const buckets = {
    commands: new TokenBuckets(clock, RATES.commands),
    reads: new TokenBuckets(clock, RATES.reads),
    marks: new TokenBuckets(clock, RATES.marks),
    links: new TokenBuckets(clock, RATES.links),
    guests: new TokenBuckets(clock, RATES.guests),
  };
  return {
    check(operation, { userId, ip }) {
      const seconds = buckets[bucketOf(operation)].take(operation.open ? ip : userId);
      if (seconds > 0) throw tooMany(Math.ceil(seconds));
    },
  };
}

function bucketOf({ id, method, open }: Pick<Operation, 'id' | 'method' | 'open'>): keyof typeof RATES {
  if (open) return method === 'get' ? 'links' : 'guests';
  if (id === 'markSeen') return 'marks';
  return method === 'get' ? 'reads' : 'commands';
}

function tooMany(seconds: number): ProblemError {
  return new ProblemError({
    status: 429,
    code: 'rate_limited',
    title: 'Too many requests',
    detail: `Try again in ${String(seconds)} s.`,
    headers: { 'retry-after': String(seconds) },
  });
}
