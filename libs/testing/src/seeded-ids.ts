import type { Ids } from '@colloquy/contracts';

/** Ids and numbers that a seed determines. */
export interface SeededIds extends Ids {
  /** A number in [0, 1). */
  number(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
}

/** 32-bit xorshift-multiply generator (splitmix32): small, and good enough to spread test cases. */
function splitmix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/**
 * The `Ids` port from a seed: the same seed gives the same ids. UUIDs are of version 7 and ascend.
 * @param seed - any whole number
 * @param now - time inside the UUIDs, in ms since the epoch
 */
export function seededIds(seed: number, now: () => number = () => Date.UTC(2026, 0, 1)): SeededIds {
  const next = splitmix32(seed);
  const hex = (digits: number): string => next().toString(16).padStart(8, '0').slice(-digits);
  let counter = 0;
  let last = 0;
  return {
    uuid() {
      last = Math.max(last, now());
      counter += 1;
      if (counter > 0xfff) {
        counter = 0;
        last += 1;
      }
      const time = last.toString(16).padStart(12, '0');
      const variant = (8 + (next() & 3)).toString(16);
      return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${hex(3)}-${hex(8)}${hex(4)}`;
    },
    random(bytes) {
      return Buffer.from(Array.from({ length: bytes }, () => next() & 0xff)).toString('base64url');
    },
    number: () => next() / 2 ** 32,
    below: (below) => Math.floor((next() / 2 ** 32) * below),
  };
}
