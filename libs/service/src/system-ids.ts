import { randomBytes } from 'node:crypto';
import { systemClock } from './system-clock.ts';

/** The 12 bits after the version hold a counter within one millisecond (RFC 9562 §6.2, method 1). */
const COUNTER_END = 0x1000;
/** A new millisecond starts its counter in the lower half, so that there is room to count up. */
const COUNTER_SEED_MASK = 0x7ff;

/** Where `createIds` gets time and randomness from. */
export interface IdSources {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** That many unpredictable bytes. */
  readonly bytes: (count: number) => Buffer;
}

/** The `Ids` port of contracts. */
export interface SystemIds {
  /** A UUIDv7 (RFC 9562), greater than every one that this object gave before, also within a millisecond. */
  uuid(): string;
  /** That many random bytes as base64url without padding. */
  random(bytes: number): string;
}

/**
 * Ids from the given sources. When the counter of a millisecond is used up, or the clock goes back, ids go on from the
 * last one's time, so order is kept.
 */
export function createIds(sources: IdSources): SystemIds {
  let lastMs = -1;
  let counter = 0;
  const tick = (): void => {
    const now = sources.now();
    if (now > lastMs) {
      lastMs = now;
      counter = sources.bytes(2).readUInt16BE(0) & COUNTER_SEED_MASK;
      return;
    }
    counter += 1;
    if (counter === COUNTER_END) {
      lastMs += 1;
      counter = 0;
    }
  };
  return {
    uuid(): string {
      tick();
      const raw = Buffer.alloc(16);
      raw.writeUIntBE(lastMs, 0, 6);
      raw.writeUInt16BE(0x7000 | counter, 6);
      sources.bytes(8).copy(raw, 8);
      raw.writeUInt8((raw.readUInt8(8) & 0x3f) | 0x80, 8);
      const hex = raw.toString('hex');
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    },
    random(bytes: number): string {
      return sources.bytes(bytes).toString('base64url');
    },
  };
}

/** Ids from the machine's clock and the operating system's randomness. */
export const systemIds: SystemIds = createIds({ now: () => systemClock.now(), bytes: (count) => randomBytes(count) });
