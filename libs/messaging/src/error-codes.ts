/** JetStream's `err_code`s that an append has its own answer to. */

/** Wrong last sequence; wrong last sequence, the actual one unknown. */
const CONTESTED = new Set([10071, 10164]);

/** A batch that must be stored as one, on a stream that was not made for it. */
export const BATCH_DISABLED = 10174;
/** More messages than a batch may have. */
export const BATCH_TOO_LARGE = 10199;
/** A message of the batch is on the stream already, by its id. */
export const BATCH_HAS_DUPLICATE = 10201;

/** Larger than the server takes, TTL malformed, TTL switched off, such a batch: the same bytes will never be taken. */
const HOPELESS = new Set([10054, 10165, 10166, BATCH_DISABLED, BATCH_TOO_LARGE, BATCH_HAS_DUPLICATE]);

/** JetStream takes so many messages as one. */
export const MOST_IN_BATCH = 1000;

/** How a refusal of the server is to be taken. */
export type Refusal = 'contested' | 'hopeless' | 'transient';

/** Sorts a refusal: somebody may have written, never to be taken, or a state of the server that passes. */
export function sortRefusal(code: number): Refusal {
  if (CONTESTED.has(code)) return 'contested';
  return HOPELESS.has(code) ? 'hopeless' : 'transient';
}
