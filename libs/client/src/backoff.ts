import type { Ids } from '@colloquy/contracts';

/**
 * How long to wait before the next attempt, in ms: it doubles from `firstMs` up to `maxMs`, less up to a quarter at
 * random, so that many clients do not come back at the same moment.
 * @param attempt - how many have failed, from 1
 */
export function backoffMs(ids: Ids, attempt: number, { firstMs, maxMs }: { firstMs: number; maxMs: number }): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 20));
  const spread = (ids.random(1).charCodeAt(0) % 32) / 32;
  return Math.round(full * (1 - spread / 4));
}
