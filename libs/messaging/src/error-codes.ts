/** JetStream's `err_code`s that an append has its own answer to. */

/** Wrong last sequence; wrong last sequence, the actual one unknown. */
const CONTESTED = new Set([10071, 10164]);

/** Larger than the server takes, TTL malformed, TTL switched off: the same bytes will never be taken. */
const HOPELESS = new Set([10054, 10165, 10166]);

/** How a refusal of the server is to be taken. */
export type Refusal = 'contested' | 'hopeless' | 'transient';

/** Sorts a refusal: somebody may have written, never to be taken, or a state of the server that passes. */
export function sortRefusal(code: number): Refusal {
  if (CONTESTED.has(code)) return 'contested';
  return HOPELESS.has(code) ? 'hopeless' : 'transient';
}
