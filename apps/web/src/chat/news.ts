/** What is new in a chat: since the person last looked at it, and since the list was let go of its end. */
import type { ChatView, Entry, EntryList, RunEntry } from '@colloquy/transcript';

/** What the person had seen when the chat was opened. */
export interface SeenMark {
  /** `seq` up to which it was seen, on any device; 0 before any. */
  readonly seq: number;
  /** `seq` of the last event then: what comes later the person sees come. */
  readonly upTo: number;
}

/** The first entry that was not seen. */
export interface UnreadPlace {
  readonly key: string;
  readonly index: number;
  /** How many messages and questions were not seen. */
  readonly count: number;
}

/** A moment: what was there then is not news. */
export interface NewsMark {
  readonly seq: number;
  /** Keys of what was being written then; it settles later. */
  readonly open: ReadonlySet<string>;
}

/** What came after a moment. */
export interface News {
  /** How many messages and questions. */
  readonly count: number;
  /** Where the first of them is. */
  readonly index: number;
}

/** Where the unseen part begins; nowhere when all of the chat would be unseen: then there is nothing to go on from. */
export function placeOf(
  entries: EntryList,
  { mark, all }: { readonly mark: SeenMark; readonly all: boolean },
): UnreadPlace | undefined {
  if (mark.seq === 0) return undefined;
  const index = firstWithin(entries, mark);
  if (index < 0 || (index === 0 && all)) return undefined;
  const unseen = entriesWithin(entries, mark, index);
  // That a run has ended is no news by itself: nobody is told that it was seen.
  if (!unseen.some(isNews)) return undefined;
  return { key: entries.at(index)?.key ?? '', index, count: unseen.filter(isMessage).length };
}

function entriesWithin(entries: EntryList, mark: SeenMark, from: number): Entry[] {
  const found: Entry[] = [];
  for (let index = from; index < entries.length; index++) {
    const entry = entries.at(index);
    if (entry !== undefined && isWithin(entry, mark)) found.push(entry);
  }
  return found;
}

function firstWithin(entries: EntryList, mark: SeenMark): number {
  for (let index = 0; index < entries.length; index++) {
    const entry = entries.at(index);
    if (entry !== undefined && isWithin(entry, mark)) return index;
  }
  return -1;
}

function isNews(entry: Entry): boolean {
  return isMessage(entry) || entry.kind === 'tool' || (entry.kind === 'run' && entry.phase === 'failed');
}

function isWithin(entry: Entry, { seq, upTo }: SeenMark): boolean {
  return entry.seq > seq && entry.seq <= upTo && isShown(entry);
}

/** The mark of this moment. */
export function newsMark({ lastSeq, entries }: ChatView): NewsMark {
  const open = new Set<string>();
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries.at(index);
    if (entry === undefined || !('state' in entry) || !OPEN.has(entry.state)) {
      if (entry?.kind === 'user' && entry.queued) continue;
      break;
    }
    open.add(entry.key);
  }
  return { seq: lastSeq, open };
}

const OPEN: ReadonlySet<string> = new Set(['streaming', 'arguments']);

/** What came after a mark; found from the end, so it costs no more than there is. */
export function newsAfter(entries: EntryList, mark: NewsMark): News {
  let count = 0;
  let first = entries.length;
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries.at(index);
    if (entry === undefined || (entry.seq <= mark.seq && !isLoose(entry, mark))) break;
    if (entry.seq <= mark.seq || mark.open.has(entry.key) || !isMessage(entry)) continue;
    count += 1;
    first = index;
  }
  return { count, index: first };
}

/** Entries at the end that are older than what stands before them: what is still written, and messages that waited. */
function isLoose(entry: Entry, { open }: NewsMark): boolean {
  return entry.kind === 'user' || open.has(entry.key);
}

function isMessage({ kind }: Entry): boolean {
  return kind === 'agent' || kind === 'user' || kind === 'question';
}

/** Of some events of a run nothing is drawn. */
function isShown(entry: Entry): boolean {
  return entry.kind !== 'run' || !SILENT.has(entry.phase) || (entry.phase === 'started' && entry.branch !== undefined);
}

const SILENT: ReadonlySet<RunEntry['phase']> = new Set(['started', 'resumed', 'released']);
