/** The rows of a transcript: what came before, the entries of the view, what is being sent, and who is at work. */
import type { OutboxItem } from '@colloquy/client';
import type { Entry } from '@colloquy/transcript';
import type { ChatScreen } from './chat-store.ts';

/** One row. */
export type Row =
  | { readonly kind: 'earlier'; readonly count: number }
  | { readonly kind: 'entry'; readonly entry: Entry; readonly joined: boolean }
  | { readonly kind: 'outbox'; readonly item: OutboxItem }
  | { readonly kind: 'working'; readonly agent: string | undefined };

/** The rows of a screen; looked up one by one, since a chat may have thousands. */
export interface Rows {
  readonly count: number;
  at(index: number): Row | undefined;
  keyOf(index: number): string;
  /** The key of the last entry of the chat: what comes after it is new, what is loaded before it is not. */
  readonly lastKey: string;
  /** How many entries follow the one with this key. */
  countAfter(key: string): number;
}

/** Messages of one agent that follow each other within this time, in ms, share a heading. */
const JOIN_MS = 2 * 60_000;

/** The rows of a chat. */
export function rowsOf({ chat, outbox }: Pick<ChatScreen, 'chat' | 'outbox'>): Rows {
  const before: Row[] = chat.earlier > 0 ? [{ kind: 'earlier', count: chat.earlier }] : [];
  const spoken = outbox.filter(({ command }) => command.kind === 'create' || command.kind === 'message');
  const after: Row[] = spoken.map((item) => ({ kind: 'outbox', item }));
  if (isSilentlyWorking(chat)) after.push({ kind: 'working', agent: chat.speaker });
  const { entries } = chat;
  const at = (index: number): Row | undefined => {
    if (index < before.length) return before[index];
    const entry = entries.at(index - before.length);
    if (entry === undefined) return after[index - before.length - entries.length];
    return { kind: 'entry', entry, joined: isJoined(entries.at(index - before.length - 1), entry) };
  };
  return {
    count: before.length + entries.length + after.length,
    at,
    keyOf: (index) => keyOf(at(index)),
    lastKey: entries.at(entries.length - 1)?.key ?? '',
    countAfter: (key) => countAfter(entries, key),
  };
}

function countAfter(entries: ChatScreen['chat']['entries'], key: string): number {
  let index = entries.length - 1;
  while (index >= 0 && entries.at(index)?.key !== key) index--;
  return entries.length - 1 - index;
}

function keyOf(row: Row | undefined): string {
  switch (row?.kind) {
    case 'entry':
      return row.entry.key;
    case 'outbox':
      return row.item.key;
    default:
      return row?.kind ?? 'none';
  }
}

/** A run is on, and nothing on the screen moves. */
function isSilentlyWorking(chat: ChatScreen['chat']): boolean {
  if (chat.status !== 'running' || chat.lastSeq === 0 || chat.speaking.length > 0) return false;
  const last = chat.entries.at(chat.entries.length - 1);
  return !(last?.kind === 'tool' && last.state === 'running');
}

function isJoined(before: Entry | undefined, entry: Entry): boolean {
  const a = agentOf(before);
  return (
    before !== undefined &&
    a !== undefined &&
    a === agentOf(entry) &&
    Date.parse(entry.at) - Date.parse(before.at) < JOIN_MS
  );
}

/** The agent under whose heading an entry stands. */
function agentOf(entry: Entry | undefined): string | undefined {
  if (entry?.kind === 'agent' || entry?.kind === 'reasoning' || entry?.kind === 'tool') return entry.agent;
  return undefined;
}
