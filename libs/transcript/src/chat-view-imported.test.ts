/** What was said elsewhere, in the view and in the header of a chat. */
import { describe, expect, it } from '@jest/globals';
import { publicEvent, type NewEvent } from '@colloquy/contracts';
import { documentOf, recordOfLog } from './chat-document.ts';
import { applyCommits, viewOfDocument } from './chat-view.ts';
import { emptyView } from './chat-view-state.ts';

const chatId = 'chat-0000-0000-0001';
const id = (name: string): string => name.padEnd(16, '_');
const said: readonly NewEvent[] = [
  { type: 'chat_created', ownerId: 'ada', workflow: 'team', variables: {} },
  { type: 'message_imported', messageId: id('h0'), commandId: id('c'), role: 'user', text: 'A cake' },
  {
    type: 'message_imported',
    messageId: id('h1'),
    commandId: id('c'),
    role: 'assistant',
    name: 'clerk',
    text: 'Which?',
  },
  { type: 'message_imported', messageId: id('h2'), commandId: id('c'), role: 'assistant', text: 'Plum?' },
  { type: 'user_message', messageId: id('m'), commandId: id('c'), text: 'Yes' },
];
const events = said.map((event, index) => ({ ...event, seq: index + 1, at: '2026-01-01T00:00:00.000Z' }));
const commit = { v: 1 as const, chatId, events };

describe('what was said elsewhere', () => {
  it('is lines of the chat, in their order, marked as said before', () => {
    const view = applyCommits(emptyView(chatId), { events, deltas: [] });
    expect([...view.entries]).toMatchObject([
      { kind: 'user', text: 'A cake', imported: true, queued: false },
      { kind: 'agent', agent: 'clerk', text: 'Which?', imported: true, state: 'complete', runId: '' },
      { kind: 'agent', agent: 'assistant', text: 'Plum?', imported: true },
      { kind: 'user', text: 'Yes', key: id('m') },
    ]);
  });

  it('is in the document like any other line, and no message that waits', () => {
    const only = recordOfLog(
      [{ epoch: 'e', streamSeq: 1, commit: { ...commit, events: events.slice(0, 4) } }],
      publicEvent,
    );
    expect(only).toMatchObject({ status: 'idle', lastText: 'Plum?', messageCount: 3 });
    const record = recordOfLog([{ epoch: 'e', streamSeq: 1, commit }], publicEvent);
    if (record === undefined) throw new Error('there is no record');
    expect(record.status).toBe('running');
    const view = viewOfDocument(documentOf(record));
    expect([...view.entries]).toEqual([...applyCommits(emptyView(chatId), { events, deltas: [] }).entries]);
  });
});
