/**
 * The rows of a transcript: what came before, the entries of the view, what is being sent, and who is at work. A screen
 * asks for them at each flush of a stream, so nothing here may cost more in a longer chat: rows are looked up one by one,
 * and what must be known of all entries is read once, when an entry settles.
 */
import type { OutboxItem } from '@colloquy/client';
import type { ChatView, Entry, EntryList } from '@colloquy/transcript';
import type { ChatScreen } from './chat-store.ts';
import { newsAfter, placeOf, type News, type NewsMark, type SeenMark, type UnreadPlace } from './news.ts';
import { RunIndex, runOf, type Branch } from './run-index.ts';
import { silentWorkers } from './silent-workers.ts';

/** An entry of the view, and what its neighbours and its run make of it. */
export interface EntryRow {
  readonly kind: 'entry';
  readonly entry: Entry;
  /** It goes on from the row before, under the same name. */
  readonly joined: boolean;
  /** The part of the work that it belongs to. */
  readonly branch: Branch | undefined;
  /** True when it is the first of another day than the row before. */
  readonly newDay: boolean;
  /** True when the line of its day stands above, here or further up: its time needs no date. */
  readonly underDay: boolean;
  /** True when it is the first that the person has not seen. */
  readonly unread: boolean;
  /** Of what ends a run: when that began, ISO-8601. */
  readonly since: string | undefined;
}

/** One row. */
export type Row =
  | { readonly kind: 'earlier'; readonly count: number }
  /** The chat goes on from another one. */
  | { readonly kind: 'forked'; readonly chatId: string }
  | EntryRow
  | { readonly kind: 'outbox'; readonly item: OutboxItem }
  /** Agents or branches at work of which nothing moves on the screen; nobody when a run only begins. */
  | { readonly kind: 'working'; readonly agents: readonly string[] };

/** The rows of a screen. */
export interface Rows {
  readonly count: number;
  at(index: number): Row | undefined;
  /** The entry of a row; undefined of what is none. */
  entryAt(index: number): Entry | undefined;
  /** Key of a row. The function is the same one as long as all keys are the same. */
  readonly keyOf: (index: number) => string;
  /** The row of the entry with this key; -1 when there is none. */
  indexOf(key: string): number;
  /** The row of the first unseen entry and how many messages were unseen; undefined when all was seen, or nothing. */
  readonly unread: UnreadPlace | undefined;
  /** What has come since a moment. */
  newsAfter(mark: NewsMark): News;
}

/** What rows are made of. */
export interface RowParts extends Pick<ChatScreen, 'chat' | 'outbox'> {
  /** What the person had seen when the chat was opened. */
  readonly unread?: SeenMark | undefined;
}

/** Makes the rows of one screen again and again. */
export interface RowSource {
  rows(parts: RowParts): Rows;
}

/** Messages of one agent that follow each other within this time, in ms, share a heading. */
const JOIN_MS = 2 * 60_000;
/** Keys change only near the end of a list: what is being written and what waits stands there. */
const CHANGING = 64;

/** A source of rows for one screen: what it has read of a chat it does not read again. */
export function createRowSource(): RowSource {
  const runs = new RunIndex();
  let keys: Keys | undefined;
  let found: { mark: SeenMark; firstKey: string | undefined; place: UnreadPlace | undefined } | undefined;
  const unreadOf = ({ entries, earlier }: ChatView, mark: SeenMark | undefined): UnreadPlace | undefined => {
    if (mark === undefined) return undefined;
    const firstKey = entries.at(0)?.key;
    if (found?.mark !== mark || found.firstKey !== firstKey) {
      found = { mark, firstKey, place: placeOf(entries, { mark, all: earlier === 0 }) };
    }
    const { place } = found;
    return place !== undefined && entries.at(place.index)?.key === place.key ? place : undefined;
  };
  return {
    rows({ chat, outbox, unread }) {
      runs.update(chat.entries);
      const layout = layoutOf(chat, outbox, runs);
      keys = keys !== undefined && sameKeys(keys.layout, layout) ? keys : keysOf(layout);
      return rowsOfLayout({ layout, runs, keyOf: keys.keyOf, unread: unreadOf(chat, unread) });
    },
  };
}

/** The rows of a chat that is looked at once. */
export function rowsOf(parts: RowParts): Rows {
  return createRowSource().rows(parts);
}

interface Layout {
  readonly before: readonly Row[];
  readonly entries: EntryList;
  readonly after: readonly Row[];
}

interface Keys {
  readonly layout: Layout;
  readonly keyOf: (index: number) => string;
}

function layoutOf(chat: ChatView, outbox: readonly OutboxItem[], runs: RunIndex): Layout {
  const spoken = outbox.filter(({ command }) => standsBelow(command, chat.entries));
  const after: Row[] = spoken.map((item) => ({ kind: 'outbox', item }));
  const agents = silentWorkers(chat, runs);
  if (agents !== undefined) after.push({ kind: 'working', agents });
  return {
    before: rowsBefore(chat),
    entries: chat.entries,
    after,
  };
}

/** What is said now; also a change of what is not there any more: its words would be nowhere. */
function standsBelow(command: OutboxItem['command'], entries: EntryList): boolean {
  if (command.kind === 'edit') return !hasMessage(entries, command.messageId);
  return command.kind === 'create' || command.kind === 'message';
}

/** Whether a message of the person stands in the transcript. */
export function hasMessage(entries: EntryList, messageId: string): boolean {
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries.at(index);
    if (entry?.kind === 'user' && entry.messageId === messageId) return true;
  }
  return false;
}

function rowsBefore({ earlier, forkedFrom }: ChatView): readonly Row[] {
  if (earlier > 0) return [{ kind: 'earlier', count: earlier }];
  return forkedFrom === undefined ? [] : [{ kind: 'forked', chatId: forkedFrom.chatId }];
}

function rowsOfLayout(parts: {
  readonly layout: Layout;
  readonly runs: RunIndex;
  readonly keyOf: (index: number) => string;
  readonly unread: UnreadPlace | undefined;
}): Rows {
  const { layout, runs, unread } = parts;
  const { before, entries } = layout;
  const offset = before.length;
  const rowOf = (entry: Entry, index: number): EntryRow => {
    const previous = entries.at(index - 1);
    const newDay = previous !== undefined && index > 0 && dayOf(previous) !== dayOf(entry);
    const first = unread?.index === index;
    return {
      kind: 'entry',
      entry,
      joined: index > 0 && !newDay && !first && isJoined(previous, entry),
      branch: runs.branchOf(runOf(entry)),
      newDay,
      underDay: dayOf(entries.at(0) ?? entry) !== dayOf(entry),
      unread: first,
      since: entry.kind === 'run' ? runs.startOf(entry.runId) : undefined,
    };
  };
  return {
    count: countOf(layout),
    at(index) {
      const entry = index < offset ? undefined : entries.at(index - offset);
      return entry === undefined ? rowBeside(layout, index) : rowOf(entry, index - offset);
    },
    entryAt: (index) => (index < offset ? undefined : entries.at(index - offset)),
    keyOf: parts.keyOf,
    indexOf(key) {
      for (let index = entries.length - 1; index >= 0; index--) {
        if (entries.at(index)?.key === key) return index + offset;
      }
      return -1;
    },
    unread: unread === undefined ? undefined : { ...unread, index: unread.index + offset },
    newsAfter(mark) {
      const news = newsAfter(entries, mark);
      return { ...news, index: news.index + offset };
    },
  };
}

function countOf({ before, entries, after }: Layout): number {
  return before.length + entries.length + after.length;
}

/** A row before or after the entries. */
function rowBeside({ before, entries, after }: Layout, index: number): Row | undefined {
  return index < before.length ? before[index] : after[index - before.length - entries.length];
}

function keysOf(layout: Layout): Keys {
  return { layout, keyOf: (index) => keyAt(layout, index) };
}

function keyAt(layout: Layout, index: number): string {
  const entry = index < layout.before.length ? undefined : layout.entries.at(index - layout.before.length);
  if (entry !== undefined) return entry.key;
  const row = rowBeside(layout, index);
  return row?.kind === 'outbox' ? row.item.key : (row?.kind ?? 'none');
}

/** Entries are added, and change their places, only at the end; all of them are others when the first one is. */
function sameKeys(a: Layout, b: Layout): boolean {
  const count = countOf(a);
  if (count !== countOf(b) || keyAt(a, 0) !== keyAt(b, 0) || a.before.length !== b.before.length) return false;
  for (let index = Math.max(0, count - CHANGING); index < count; index++) {
    if (keyAt(a, index) !== keyAt(b, index)) return false;
  }
  return true;
}

/** The day of an entry where the person is. */
function dayOf({ at }: Entry): string {
  return new Date(at).toDateString();
}

function isJoined(before: Entry | undefined, entry: Entry): boolean {
  const agent = agentOf(before);
  return (
    before !== undefined &&
    agent !== undefined &&
    agent === agentOf(entry) &&
    runOf(before) === runOf(entry) &&
    Date.parse(entry.at) - Date.parse(before.at) < JOIN_MS
  );
}

/** The agent under whose heading an entry stands. */
function agentOf(entry: Entry | undefined): string | undefined {
  if (entry?.kind === 'agent' || entry?.kind === 'reasoning' || entry?.kind === 'tool') return entry.agent;
  return undefined;
}
