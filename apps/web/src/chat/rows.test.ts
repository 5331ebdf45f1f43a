import { describe, expect, it } from '@jest/globals';
import type { OutboxItem } from '@colloquy/client';
import type { ChatEvent } from '@colloquy/contracts';
import { applyCommits, emptyView, type ChatView } from '@colloquy/transcript';
import { rowsOf, type Row } from './rows.ts';

const CHAT = 'chat-0000-0000-0001';
const RUN = 'run-0000-0000-0001';
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const created: ChatEvent = { type: 'chat_created', seq: 1, at: at(1), ownerId: 'ada', workflow: 'a', variables: {} };
const started: ChatEvent = {
  type: 'run_started',
  seq: 2,
  at: at(2),
  runId: RUN,
  workflow: 'a',
  workflowHash: 'h',
  engineVersion: 1,
  trigger: 1,
  variables: {},
  worker: 'w',
};
const text = (seq: number, agent: string, second: number): ChatEvent => ({
  type: 'text',
  seq,
  at: at(second),
  runId: RUN,
  agent,
  messageId: `message-0000-000${String(seq)}`,
  text: 'Hi',
  finishReason: 'stop',
});
const view = (...events: ChatEvent[]): ChatView => applyCommits(emptyView(CHAT), { events, deltas: [] });
const item = (command: OutboxItem['command']): OutboxItem => ({
  key: 'key-0000-0000-0001',
  chatId: CHAT,
  command,
  at: 0,
  state: 'sending',
  attempts: 1,
});

function all(chat: ChatView, outbox: readonly OutboxItem[] = []): Row[] {
  const rows = rowsOf({ chat, outbox });
  return Array.from({ length: rows.count }, (_, index) => rows.at(index)).filter((row) => row !== undefined);
}

describe('rows of the transcript', () => {
  it('are the entries, what is being sent, and who is at work', () => {
    const rows = all(view(created, started, text(3, 'guide', 3)), [
      item({ kind: 'cancel' }),
      item({ kind: 'message', text: 'Hello' }),
    ]);
    expect(rows.map(({ kind }) => kind)).toEqual(['entry', 'entry', 'outbox', 'working']);
    expect(rows.at(-1)).toEqual({ kind: 'working', agent: 'guide' });
  });

  it('join what one agent says shortly after, and nothing else', () => {
    const chat = view(created, started, text(3, 'a', 3), text(4, 'a', 9), text(5, 'b', 10), text(6, 'b', 200));
    const joined = all(chat).flatMap((row) => (row.kind === 'entry' ? [row.joined] : []));
    expect(joined).toEqual([false, false, true, false, false]);
  });

  it('have keys of their own, the same from the first piece of a message to its end', () => {
    const rows = rowsOf({ chat: { ...view(created, started, text(3, 'a', 3)), earlier: 7 }, outbox: [] });
    const keys = Array.from({ length: rows.count }, (_, index) => rows.keyOf(index));
    expect(keys).toEqual(['earlier', 'event-2', 'message-0000-0003', 'working']);
  });

  it('count what came after an entry, and not what is before it', () => {
    const { lastKey } = rowsOf({ chat: view(created, started, text(3, 'a', 3)), outbox: [] });
    const chat = view(created, started, text(3, 'a', 3), text(4, 'a', 4), text(5, 'b', 5));
    const rows = rowsOf({ chat: { ...chat, earlier: 7 }, outbox: [item({ kind: 'message', text: 'Hello' })] });
    expect(rows.countAfter(lastKey)).toBe(2);
    expect(rows.countAfter(rows.lastKey)).toBe(0);
    expect(rowsOf({ chat: emptyView(CHAT), outbox: [] }).countAfter('')).toBe(0);
  });
});
