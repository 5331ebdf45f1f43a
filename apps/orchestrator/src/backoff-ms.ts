const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/** How long what failed is left alone after its delivery number `deliveryCount` (from 1), in ms: 1 s, 2 s … 30 s. */
export function backoffMs(deliveryCount: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, deliveryCount - 1));
}
