import type { ChatEvent, Commit } from '@colloquy/contracts';

/** What an event or a delta weighs beside its texts. */
const ENVELOPE = 200;

/** About how many characters a commit has as JSON; cheap, since it does not encode it. */
export function weightOf({ events, deltas = [] }: Commit): number {
  let weight = 0;
  for (const event of events) weight += weightOfEvent(event);
  for (const delta of deltas) weight += ENVELOPE + delta.text.length;
  return weight;
}

function weightOfEvent(event: ChatEvent): number {
  let weight = ENVELOPE;
  for (const value of Object.values(event) as unknown[]) {
    if (typeof value === 'string') weight += value.length;
    else if (typeof value === 'object' && value !== null) weight += JSON.stringify(value).length;
  }
  return weight;
}

/** Cuts a list into pieces of at most `count` items and about `weight`; an item is never cut. */
export function* inPieces<T>(
  items: readonly T[],
  of: { count: number; weight: number; weightOf: (item: T) => number },
): Generator<readonly T[], void, undefined> {
  let piece: T[] = [];
  let weight = 0;
  for (const item of items) {
    const more = of.weightOf(item);
    if (piece.length > 0 && (piece.length >= of.count || weight + more > of.weight)) {
      yield piece;
      piece = [];
      weight = 0;
    }
    piece.push(item);
    weight += more;
  }
  if (piece.length > 0) yield piece;
}
