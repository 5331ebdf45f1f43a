import type { Clock } from '@colloquy/contracts';

/** How much somebody may ask for: `burst` at once, `perSecond` in the long run. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** More than this many keys are not remembered: those that were not seen for longest begin with a full bucket again. */
const KEYS = 50_000;

/** Token buckets by key (a user, an address), in memory: each instance counts for itself. */
export class TokenBuckets {
  readonly #clock: Clock;
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
  }

  /** Takes a token. Returns 0 when there was one, else in how many seconds there will be (more than 0). */
  take(key: string): number {
    const bucket = this.#filled(key);
    if (bucket.tokens < 1) return (1 - bucket.tokens) / this.#rate.perSecond;
    bucket.tokens -= 1;
    return 0;
  }

  #filled(key: string): Bucket {
    const now = this.#clock.monotonic();
    const { burst, perSecond } = this.#rate;
    const known = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, known.tokens + ((now - known.at) / 1000) * perSecond);
    const bucket = { tokens, at: now };
    // Set anew, so that the map stays in the order of use.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > KEYS) this.#forgetOldest();
    return bucket;
  }

  #forgetOldest(): void {
    const oldest = this.#buckets.keys().next();
    if (!oldest.done) this.#buckets.delete(oldest.value);
  }
}
