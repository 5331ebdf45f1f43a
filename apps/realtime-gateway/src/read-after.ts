/**
 * Reads a chat's commits after a cursor, and tells whether what follows is all that was missed.
 *
 * Invariants (tests name them):
 * C1  Either everything after the cursor is given, in order, or nothing is and `recovered` is false.
 * C2  A cursor of another incarnation of the stream goes on by event seq.
 * C3  Nothing newer anywhere is recovered, whatever became of the position; and who reloads and comes with the cursor of
 *     the answer is recovered: no endless reset.
 * C4  An event that neither the log nor the store of another incarnation has is not one to go on from: not recovered,
 *     and the answer's cursor lies before it, so that the reader drops what never was.
 */
import type { Cursor } from '@colloquy/contracts';
import type { Place, PlacedCommit } from './commit-ring.ts';
import type { StreamParts } from './ports.ts';

/** What a reader missed. */
export interface Missed {
  /** The incarnation of the stream that was read. */
  readonly epoch: string;
  readonly recovered: boolean;
  /** In order; empty when nothing is missed, or when it was not recovered. */
  readonly commits: readonly PlacedCommit[];
  /** Where to go on: after the last of the commits, or, not recovered, after what a reload gives. */
  readonly end: Place;
}

type Parts = Pick<StreamParts, 'log' | 'store'>;

/**
 * What lies after `cursor` (undefined: after nothing) on the log of a chat.
 * @throws what the log or the store throws when they cannot be read
 */
export async function readMissed(parts: Parts, chatId: string, cursor: Cursor | undefined): Promise<Missed> {
  const epoch = await parts.log.epoch();
  if (cursor?.epoch !== epoch) return readElsewhere(parts, { chatId, epoch, eventSeq: cursor?.eventSeq ?? 0 });
  const { streamSeq, eventSeq } = cursor;
  const missed = await readOn(parts, { chatId, epoch, from: { streamSeq, eventSeq } });
  return missed ?? readByEvent(parts, { chatId, epoch, eventSeq });
}

/** From a position of this very stream; undefined when the position proves nothing. */
async function readOn(parts: Parts, of: { chatId: string; epoch: string; from: Place }): Promise<Missed | undefined> {
  const { chatId, epoch, from } = of;
  const commits = await collect(parts, chatId, from);
  const next = firstEventAfter(commits, from.eventSeq);
  if (next !== undefined && next !== from.eventSeq + 1) return undefined;
  const end = commits.at(-1)?.place ?? (await endOf(parts, chatId, from));
  return end && { epoch, recovered: true, commits, end };
}

/** The cursor is of another stream, which may have held events that nobody has any more. */
async function readElsewhere(parts: Parts, of: { chatId: string; epoch: string; eventSeq: number }): Promise<Missed> {
  const found = await readByEvent(parts, of);
  if (!found.recovered || firstEventAfter(found.commits, of.eventSeq) !== undefined) return found;
  const last = lastEventOf(await collect(parts, of.chatId, { streamSeq: 0, eventSeq: 0 }));
  if (last.eventSeq >= of.eventSeq) return found;
  const known = Math.max(last.eventSeq, (await parts.store.header(of.chatId))?.lastSeq ?? 0);
  if (known >= of.eventSeq) return found;
  return { epoch: of.epoch, recovered: false, commits: [], end: { streamSeq: last.streamSeq, eventSeq: known } };
}

/** The position is gone, or of another stream: the event seq decides alone. */
async function readByEvent(parts: Parts, of: { chatId: string; epoch: string; eventSeq: number }): Promise<Missed> {
  const { chatId, epoch, eventSeq } = of;
  const from: Place = { streamSeq: 0, eventSeq };
  const commits = afterEvent(await collect(parts, chatId, from), eventSeq);
  const next = firstEventAfter(commits, eventSeq);
  const stored = next === eventSeq + 1 ? eventSeq : ((await parts.store.header(chatId))?.lastSeq ?? 0);
  const recovered = next === undefined ? stored <= eventSeq : next === eventSeq + 1;
  if (recovered) return { epoch, recovered, commits, end: commits.at(-1)?.place ?? from };
  return { epoch, recovered, commits: [], end: placeOf(Math.max(stored, eventSeq), commits) };
}

/**
 * Nothing was found after `from`. The end of the log, when that is because it has nothing newer; the deltas at `from` may
 * have expired. Undefined when the position proves nothing.
 */
async function endOf(parts: Parts, chatId: string, from: Place): Promise<Place | undefined> {
  const last = await parts.log.last(chatId);
  if (last === undefined) return undefined;
  if (last.streamSeq >= from.streamSeq) return from;
  const lastEvent = last.commit.events.at(-1)?.seq ?? Infinity;
  return lastEvent <= from.eventSeq ? { streamSeq: last.streamSeq, eventSeq: from.eventSeq } : undefined;
}

/**
 * Without what lies before the reader's event: of a stream that is read from its beginning, whose positions say nothing
 * to the reader.
 */
function afterEvent(commits: readonly PlacedCommit[], eventSeq: number): readonly PlacedCommit[] {
  const last = commits.findLastIndex(({ stored }) => stored.commit.events.some(({ seq }) => seq <= eventSeq));
  const cut = commits[last]?.place.eventSeq === eventSeq ? last + 1 : Math.max(last, 0);
  return commits.slice(cut);
}

/** The place right after the newest event; 0 and 0 when there is none. */
function lastEventOf(commits: readonly PlacedCommit[]): Place {
  return commits.findLast(({ stored }) => stored.commit.events.length > 0)?.place ?? { streamSeq: 0, eventSeq: 0 };
}

function firstEventAfter(commits: readonly PlacedCommit[], eventSeq: number): number | undefined {
  for (const { stored } of commits) {
    const next = stored.commit.events.find((event) => event.seq > eventSeq);
    if (next) return next.seq;
  }
  return undefined;
}

/** Where the log goes on after event `eventSeq`, which a reload gives. */
function placeOf(eventSeq: number, commits: readonly PlacedCommit[]): Place {
  const reached = commits.find(({ place }) => place.eventSeq >= eventSeq);
  if (!reached) return { streamSeq: commits.at(-1)?.place.streamSeq ?? 0, eventSeq };
  const { place } = reached;
  return { streamSeq: place.eventSeq === eventSeq ? place.streamSeq : place.streamSeq - 1, eventSeq };
}

async function collect(parts: Parts, chatId: string, from: Place): Promise<PlacedCommit[]> {
  const commits: PlacedCommit[] = [];
  let { eventSeq } = from;
  for await (const stored of parts.log.read(chatId, { after: from.streamSeq })) {
    eventSeq = Math.max(eventSeq, stored.commit.events.at(-1)?.seq ?? 0);
    commits.push({ stored, place: { streamSeq: stored.streamSeq, eventSeq } });
  }
  return commits;
}
