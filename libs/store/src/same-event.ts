import { isDeepStrictEqual } from 'node:util';
import type { PlacedEvent } from './ports.ts';

type Place = Pick<PlacedEvent, 'epoch' | 'streamSeq'>;

/** True when the one is the other: it came with the same commit, or it says the same and was put on another log again. */
export function isSameEvent(there: Place & { readonly event: unknown }, event: PlacedEvent): boolean {
  return isSamePlace(there, event) || saysTheSame(there.event, event.event);
}

/** True when both came with the same commit. */
export function isSamePlace(there: Place, event: Place): boolean {
  return there.epoch === event.epoch && there.streamSeq === event.streamSeq;
}

/** True when both say the same, as they are written: what is undefined is not there. */
export function saysTheSame(there: unknown, event: unknown): boolean {
  return isDeepStrictEqual(plain(there), plain(event));
}

const plain = (event: unknown): unknown => JSON.parse(JSON.stringify(event));
