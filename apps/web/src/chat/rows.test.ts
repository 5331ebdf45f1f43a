import { describe, expect, it } from '@jest/globals';
import type { OutboxItem } from '@colloquy/client';
import type { ChatEvent, Delta, NewEvent } from '@colloquy/contracts';
import { applyCommits, emptyView, type ChatView } from '@colloquy/transcript';
import fc from 'fast-check';
import { newsMark } from './news.ts';
import { createRowSource, rowsOf, type EntryRow, type Row, type RowParts, type Rows } from './rows.ts';

const CHAT = 'chat-0000-0000-0001';
const RUN = 'run-0000-0000-0001';
const [X, Y] = ['run-0000-0000-000x', 'run-0000-0000-000y'];
const about = { workflow: 'a', workflowHash: 'h', engineVersion: 1, trigger: 1, variables: {}, worker: 'w' };
const created: NewEvent = { type: 'chat_created', ownerId: 'ada', workflow: 'a', variables: {} };
const started = (runId: string = RUN, more: object = {}): NewEvent => ({
  type: 'run_started',
  runId,
  ...about,
  ...more,
});
const ended = (runId: string = RUN): NewEvent => ({
  type: 'run_completed',
  runId,
  reason: { code: 'no_next_speaker', text: '' },
});
const said = (name: string): NewEvent => ({
  type: 'user_message',
  messageId: `message-0000-${name}`,
  commandId: `command-0000-${name}`,
  text: 'Hi',
});
const spoke = (name: string, agent: string, runId: string = RUN): NewEvent => ({
  type: 'text',
  runId,
  agent,
  messageId: `message-0000-${name}`,
  text: 'Hi',
  finishReason: 'stop',
});
const begun = (name: string, agent: string, runId: string = RUN): NewEvent => ({
  type: 'message_started',
  runId,
  agent,
  messageId: `message-0000-${name}`,
  kind: 'text',
  purpose: 'reply',
  model: 'demo',
  attempt: 1,
});

/** Events as they stand on a log, each `step` seconds after the one before. */
function placed(events: readonly NewEvent[], step = 1): ChatEvent[] {
  return events.map((event, index) => ({
    ...event,
    seq: index + 1,
    at: new Date(Date.UTC(2026, 0, 1, 12, 0, index * step)).toISOString(),
  }));
}

function viewOf(events: readonly NewEvent[], step?: number): ChatView {
  return applyCommits(emptyView(CHAT), { events: placed(events, step), deltas: [] });
}

const item = (command: OutboxItem['command']): OutboxItem => ({
  key: 'key-0000-0000-0001',
  chatId: CHAT,
  command,
  at: 0,
  state: 'sending',
  attempts: 1,
});

function all(rows: Rows): Row[] {
  return Array.from({ length: rows.count }, (_, index) => rows.at(index)).filter((row) => row !== undefined);
}

function entriesOf(parts: Partial<RowParts> & Pick<RowParts, 'chat'>): EntryRow[] {
  return all(rowsOf({ outbox: [], ...parts })).filter((row) => row.kind === 'entry');
}

describe('rows of the transcript', () => {
  it('are the entries, what is being sent, and who is at work', () => {
    const outbox = [item({ kind: 'cancel' }), item({ kind: 'message', text: 'Hello' })];
    const rows = all(rowsOf({ chat: viewOf([created, started(), spoke('1', 'guide')]), outbox }));
    expect(rows.map(({ kind }) => kind)).toEqual(['entry', 'entry', 'outbox', 'working']);
    expect(rows.at(-1)).toEqual({ kind: 'working', agents: ['guide'] });
  });

  it('join what one agent says shortly after in one run, and nothing else', () => {
    const events = [created, started(), spoke('1', 'a'), spoke('2', 'a'), spoke('3', 'b'), spoke('4', 'b', X)];
    expect(entriesOf({ chat: viewOf(events) }).map(({ joined }) => joined)).toEqual([false, false, true, false, false]);
    const slow = entriesOf({ chat: viewOf(events, 120) });
    expect(slow.every(({ joined }) => !joined)).toBe(true);
  });

  it('have keys of their own, the same from the first piece of a message to its end', () => {
    const rows = rowsOf({ chat: { ...viewOf([created, started(), spoke('1', 'a')]), earlier: 7 }, outbox: [] });
    const keys = Array.from({ length: rows.count }, (_, index) => rows.keyOf(index));
    expect(keys).toEqual(['earlier', 'event-2', 'message-0000-1', 'working']);
    expect(keys.map((key) => rows.indexOf(key))).toEqual([-1, 1, 2, -1]);
  });

  it('begin a new day where the date changes', () => {
    const events = [created, said('1'), started(), spoke('2', 'a'), spoke('3', 'a')];
    expect(entriesOf({ chat: viewOf(events, 30) }).some(({ newDay }) => newDay)).toBe(false);
    const days = entriesOf({ chat: viewOf(events, 24 * 3600) });
    expect(days.map(({ newDay }) => newDay)).toEqual([false, true, true, true]);
    const together = entriesOf({ chat: viewOf(events, 8 * 3600) });
    expect(together.map(({ newDay }) => newDay)).toContain(true);
    // Once a day was said, times below it need no date; those before it do.
    const first = together.findIndex(({ newDay }) => newDay);
    expect(together.map(({ underDay }) => underDay)).toEqual(together.map((_, index) => index >= first));
  });

  it('show what was not seen from its first entry on, and only what was there when the chat was opened', () => {
    const events = [created, said('1'), started(), spoke('2', 'a'), spoke('3', 'b'), ended(), said('4')];
    const chat = viewOf(events);
    const of = (seq: number, upTo: number) => rowsOf({ chat, outbox: [], unread: { seq, upTo } });
    expect(of(4, 7).unread).toEqual({ key: 'message-0000-3', index: 3, count: 2 });
    const lines = entriesOf({ chat, unread: { seq: 4, upTo: 7 } }).filter(({ unread }) => unread);
    expect(lines.map(({ entry }) => entry.key)).toEqual(['message-0000-3']);
    // A run that begins is no row that one sees.
    expect(of(2, 7).unread).toMatchObject({ key: 'message-0000-2', count: 3 });
    expect(of(7, 7).unread).toBeUndefined();
    expect(of(5, 5).unread).toBeUndefined();
    // Who has seen nothing yet has no place to go on from.
    expect(of(0, 7).unread).toBeUndefined();
    expect(of(1, 7).unread).toBeUndefined();
  });

  it('know the branch of each entry, and branches within branches', () => {
    const chat = viewOf([
      created,
      said('1'),
      started(),
      started(X, { parentRunId: RUN, branch: 'facts' }),
      started(Y, { parentRunId: X, branch: 'words' }),
      spoke('2', 'a', X),
      spoke('3', 'b', Y),
      ended(Y),
      spoke('4', 'c'),
    ]);
    const branches = entriesOf({ chat }).map(({ branch }) => branch && `${String(branch.depth)} ${branch.name}`);
    expect(branches).toEqual([undefined, undefined, '1 facts', '2 words', '1 facts', '2 words', '2 words', undefined]);
    expect(entriesOf({ chat })[3]?.branch?.parent?.name).toBe('facts');
  });

  it('say who works in silence: of branches all who do, by the names of the branches before anybody spoke', () => {
    const branches = [
      started(X, { parentRunId: RUN, branch: 'facts' }),
      started(Y, { parentRunId: RUN, branch: 'words' }),
    ];
    const begin = [created, said('1'), started(), ...branches];
    const working = (...more: NewEvent[]) => all(rowsOf({ chat: viewOf([...begin, ...more]), outbox: [] })).at(-1);
    expect(working()).toEqual({ kind: 'working', agents: ['facts', 'words'] });
    expect(working(spoke('2', 'a', X))).toEqual({ kind: 'working', agents: ['a', 'words'] });
    expect(working(begun('2', 'a', X), begun('3', 'b', Y))).toMatchObject({ kind: 'entry' });
    const chat = viewOf([...begin, begun('2', 'a', X)]);
    const piece: Delta = { kind: 'text', runId: X, agent: 'a', messageId: 'message-0000-2', offset: 0, text: 'W' };
    const writing = applyCommits(chat, { events: [], deltas: [piece] });
    expect(all(rowsOf({ chat: writing, outbox: [] })).at(-1)).toEqual({ kind: 'working', agents: ['words'] });
    expect(working(ended(X), ended(Y))).toEqual({ kind: 'working', agents: [] });
  });

  it('count what came after a moment, and not what was being written then', () => {
    const before = [created, said('1'), started(), begun('2', 'a')];
    const mark = newsMark(viewOf(before));
    const after = [...before, spoke('2', 'a'), spoke('3', 'b'), ended(), said('4')];
    const rows = rowsOf({ chat: { ...viewOf(after), earlier: 7 }, outbox: [] });
    expect(rows.newsAfter(mark)).toEqual({ count: 2, index: rows.indexOf('message-0000-3') });
    expect(rows.newsAfter(newsMark(viewOf(after)))).toMatchObject({ count: 0 });
    expect(rowsOf({ chat: emptyView(CHAT), outbox: [] }).newsAfter({ seq: 0, open: new Set() }).count).toBe(0);
  });
});

/** Steps of a log of three runs, in any order that a generator comes up with. */
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('begin', 'piece', 'speak', 'say', 'end', 'fork', 'rewind') }),
  fc.record({ kind: fc.constantFrom('begin', 'piece', 'speak') }),
);

type Writing = Map<string, { readonly name: string; length: number }>;

/** What each step writes; `open` holds what is being written in each run. */
const STEPS: Readonly<Record<string, (open: Writing, run: string, name: string) => (NewEvent | Delta)[]>> = {
  begin(open, run, name) {
    open.set(run, { name, length: 0 });
    return [begun(name, `agent-${run}`, run)];
  },
  piece(open, run) {
    const writing = open.get(run);
    if (writing === undefined) return [];
    const of = { runId: run, agent: `agent-${run}`, messageId: `message-0000-${writing.name}` };
    writing.length += 2;
    return [{ kind: 'text', ...of, offset: writing.length - 2, text: 'ab' }];
  },
  speak(open, run, name) {
    const of = open.get(run)?.name ?? name;
    open.delete(run);
    return [spoke(of, `agent-${run}`, run)];
  },
  say: (_, __, name) => [said(name)],
  fork: (_, run) => [started(run, { parentRunId: RUN, branch: run })],
  end: (_, run) => [ended(run)],
  rewind: (_, __, name) => [{ type: 'rewound', toSeq: 2, commandId: `command-0000-${name}` }],
};

/** A log that such steps write. */
function logOf(steps: readonly { readonly kind: string; readonly run: string }[]): (NewEvent | Delta)[] {
  const open: Writing = new Map();
  const more = steps.flatMap(({ kind, run }, index) => STEPS[kind]?.(open, run, String(index)) ?? []);
  return [created, said('0'), started(), ...more];
}

describe('a source of rows', () => {
  it('gives after each batch what one that has seen nothing before gives', () => {
    const steps = fc.array(
      fc.tuple(step, fc.constantFrom(RUN, X, Y)).map(([{ kind }, run]) => ({ kind, run })),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, fc.nat({ max: 20 }), (taken, seen) => {
        const source = createRowSource();
        const unread = { seq: seen, upTo: 40 };
        let chat = emptyView(CHAT);
        let seq = 0;
        for (const part of logOf(taken)) {
          const isEvent = 'type' in part;
          const at = new Date(Date.UTC(2026, 0, 1, seq * 5)).toISOString();
          const events = isEvent ? [{ ...part, seq: ++seq, at }] : [];
          chat = applyCommits(chat, { events, deltas: isEvent ? [] : [part] });
          const cached = source.rows({ chat, outbox: [] });
          const naive = rowsOf({ chat, outbox: [] });
          expect(all(cached)).toEqual(all(naive));
          const indexes = Array.from({ length: naive.count }, (_, index) => index);
          expect(indexes.map(cached.keyOf)).toEqual(indexes.map(naive.keyOf));
        }
        const naive = rowsOf({ chat, outbox: [], unread });
        expect(all(source.rows({ chat, outbox: [], unread }))).toEqual(all(naive));
      }),
      { numRuns: 300 },
    );
  });

  it('asks for the same keys by the same function while a message streams, and by another one when one is added', () => {
    const source = createRowSource();
    const chat = viewOf([created, said('1'), started(), begun('2', 'a')]);
    const piece: Delta = { kind: 'text', runId: RUN, agent: 'a', messageId: 'message-0000-2', offset: 0, text: 'W' };
    const { keyOf } = source.rows({ chat, outbox: [] });
    const longer = applyCommits(chat, { events: [], deltas: [piece] });
    expect(source.rows({ chat: longer, outbox: [] }).keyOf).toBe(keyOf);
    expect(source.rows({ chat: viewOf([created, said('1'), said('3')]), outbox: [] }).keyOf).not.toBe(keyOf);
  });

  it('reads each entry once: a flush of a chat with ten thousand looks at a handful', () => {
    const events = [
      created,
      ...Array.from({ length: 5_000 }, (_, index) => [said(String(index)), spoke(`a${String(index)}`, 'a')]).flat(),
    ];
    const source = createRowSource();
    const chat = viewOf(events);
    const unread = { seq: 9_000, upTo: 10_001 };
    source.rows({ chat, outbox: [], unread });
    let looked = 0;
    const { entries } = chat;
    const counting = new Proxy(entries, {
      get(target, name) {
        if (name !== 'at') return Reflect.get(target, name, target) as unknown;
        return (index: number) => {
          looked += 1;
          return target.at(index);
        };
      },
    });
    const rows = source.rows({ chat: { ...chat, entries: counting }, outbox: [], unread });
    for (let index = rows.count - 15; index < rows.count; index++) rows.at(index);
    expect(looked).toBeLessThan(400);
  });
});
