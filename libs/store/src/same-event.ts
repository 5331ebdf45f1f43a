import { isDeepStrictEqual } from 'node:util';
import type { PlacedEvent } from './ports.ts';

/** True when the one is the other: it came with the same commit, or it says the same and was put on another log again. */
export function isSameEvent(
  there: Pick<PlacedEvent, 'epoch' | 'streamSeq'> & { readonly event: unknown },
  event: PlacedEvent,
): boolean {
  if (there.epoch === event.epoch && there.streamSeq === event.streamSeq) return true;
  // As both are written: what is undefined is not there.
  return isDeepStrictEqual(plain(there.event), plain(event.event));
}

const plain = (event: unknown): unknown => JSON.parse(JSON.stringify(event));
