/**
 * Reads a chat's commits after a cursor, and tells whether what follows is all that was missed.
 *
 * Invariants (tests name them):
 * C1  Either everything after the cursor is given, in order, or nothing is and `recovered` is false.
 * C2  A cursor of another incarnation of the stream goes on by event seq.
 * C3  Nothing newer anywhere is recovered, whatever became of the position: no endless reset.
 */
import { parseCursor, type Cursor } from '@colloquy/contracts';
import type { StoredCommit } from '@colloquy/messaging';
import type { StreamParts } from './ports.ts';

/** Where a viewer stands: a cursor without the epoch. */
export interface Place {
  readonly streamSeq: number;
  readonly eventSeq: number;
}

/** A commit and the place right after it. */
export interface PlacedCommit {
  readonly stored: StoredCommit;
  readonly place: Place;
}

/** What a reader missed. */
export interface Missed {
  readonly recovered: boolean;
  /** In order; empty when nothing is missed, or when it was not recovered. */
  readonly commits: readonly PlacedCommit[];
  /** The newest place on the log. */
  readonly end: Place;
}

/** Reads the cursor; undefined for none or one that makes no sense. */
export function cursorOf(text: string | undefined): Cursor | undefined {
  return text === undefined ? undefined : parseCursor(text);
}

/**
 * What lies after `cursor` (undefined: after nothing) on the log of a chat.
 * @throws what the log or the store throws when they cannot be read
 */
export async function readMissed(
  parts: Pick<StreamParts, 'log' | 'store'>,
  chatId: string,
  cursor: Cursor | undefined,
): Promise<Missed> {
  const epoch = await parts.log.epoch();
  const known = cursor?.epoch === epoch;
  const from: Place = { streamSeq: known ? cursor.streamSeq : 0, eventSeq: cursor?.eventSeq ?? 0 };
  const commits = await collect(parts, chatId, from);
  const end = commits.at(-1)?.place ?? from;
  const next = firstEventAfter(commits, from.eventSeq);
  const missing = next === undefined ? await newerInStore(parts, { chatId, known, from }) : next > from.eventSeq + 1;
  return { recovered: !missing, commits: missing ? [] : commits, end };
}

function firstEventAfter(commits: readonly PlacedCommit[], eventSeq: number): number | undefined {
  for (const { stored } of commits) {
    const next = stored.commit.events.find((event) => event.seq > eventSeq);
    if (next) return next.seq;
  }
  return undefined;
}

/** No event follows on the log; were there any that have left it, the store has them. */
async function newerInStore(
  parts: Pick<StreamParts, 'log' | 'store'>,
  of: { chatId: string; known: boolean; from: Place },
): Promise<boolean> {
  if (of.known && (await parts.log.last(of.chatId)) !== undefined) return false;
  const stored = await parts.store.chat(of.chatId);
  return (stored?.lastSeq ?? 0) > of.from.eventSeq;
}

async function collect(parts: Pick<StreamParts, 'log'>, chatId: string, from: Place): Promise<PlacedCommit[]> {
  const commits: PlacedCommit[] = [];
  let eventSeq = from.eventSeq;
  for await (const stored of parts.log.read(chatId, { after: from.streamSeq })) {
    eventSeq = Math.max(eventSeq, stored.commit.events.at(-1)?.seq ?? 0);
    commits.push({ stored, place: { streamSeq: stored.streamSeq, eventSeq } });
  }
  return commits;
}
