import { describe, expect, it } from '@jest/globals';
import { publicEvent, type ChatEvent, type NewEvent } from '@colloquy/contracts';
import { documentOf, foldRecord, recordOfLog } from './chat-document.ts';
import { applyCommits, viewOfDocument } from './chat-view.ts';
import { emptyView, type ChatView } from './chat-view-state.ts';
import { CHAT, COMPLETED, CREATED, HELLO, id, logOf, RUN, STARTED, text } from './fixtures/sample-log.ts';

const said = (name: string, words: string, more: object = {}): NewEvent => ({
  type: 'user_message',
  messageId: id(name),
  commandId: id(`c${name}`),
  text: words,
  ...more,
});
const back = (toSeq: number, more: object = {}): NewEvent => ({
  type: 'rewound',
  toSeq,
  commandId: id('back'),
  ...more,
});
const run = (trigger: number, answer: string): NewEvent[] => [
  { ...STARTED, trigger } as NewEvent,
  text(id(`of-${answer.toLowerCase().replaceAll(' ', '-')}`), answer),
  COMPLETED,
];

const eventsOf = (groups: readonly (readonly NewEvent[])[]): ChatEvent[] =>
  logOf(groups).flatMap(({ commit }) => commit.events);
const viewOf = (groups: readonly (readonly NewEvent[])[]): ChatView =>
  applyCommits(emptyView(CHAT), { events: eventsOf(groups), deltas: [] });

/** What is said, in order. */
const words = ({ entries }: ChatView): string[] =>
  [...entries].flatMap((entry) => (entry.kind === 'user' || entry.kind === 'agent' ? [entry.text] : []));
const users = ({ entries }: ChatView) => [...entries].flatMap((entry) => (entry.kind === 'user' ? [entry] : []));

const ANSWERED = [[CREATED, HELLO], run(2, 'One')];

describe('another answer', () => {
  it('stands for the old one; the fold of the events up to the version named is the older version', () => {
    const log = [...ANSWERED, [back(2, { lastText: 'Hello' })], run(2, 'Two')];
    const view = viewOf(log);
    expect(words(view)).toEqual(['Hello', 'Two']);
    expect(users(view)[0]?.versions).toEqual([{ messageId: id('m0'), upToSeq: 5 }]);
    const older = eventsOf(log).filter(({ seq }) => seq <= 5);
    expect(words(applyCommits(emptyView(CHAT), { events: older, deltas: [] }))).toEqual(['Hello', 'One']);
  });

  it('of several has all older ones, oldest first', () => {
    const view = viewOf([...ANSWERED, [back(2)], run(2, 'Two'), [back(2)], run(2, 'Three')]);
    expect(words(view)).toEqual(['Hello', 'Three']);
    expect(users(view)[0]?.versions?.map(({ upToSeq }) => upToSeq)).toEqual([5, 9]);
  });

  it('keeps what is kept, and what waited is queued no more', () => {
    const log = [[CREATED, HELLO], [STARTED, said('m1', 'And?'), said('m2', 'Or?')], [back(2, { kept: [id('m2')] })]];
    const view = viewOf(log);
    expect(users(view).map(({ text: words, queued }) => [words, queued])).toEqual([
      ['Hello', false],
      ['Or?', false],
    ]);
    expect(users(view).map(({ versions }) => versions?.length)).toEqual([1, 1]);
  });

  it('the list shows what is said last in what is left, and that a run is wanted', () => {
    const { header } = foldRecord(undefined, logOf([...ANSWERED, [back(2, { lastText: 'Hello' })]]), publicEvent);
    expect(header).toMatchObject({ lastText: 'Hello', status: 'running', pendingRequests: [], messageCount: 5 });
    const { header: after } = foldRecord(undefined, logOf([...ANSWERED, [back(2)], run(2, 'Two')]), publicEvent);
    expect(after).toMatchObject({ lastText: 'Two', status: 'idle' });
  });
});

describe('an edit', () => {
  it('stands for the old message, which is a version', () => {
    const view = viewOf([...ANSWERED, [back(2), said('m1', 'Hi', { edits: id('m0') })], run(7, 'Two')]);
    expect(words(view)).toEqual(['Hi', 'Two']);
    expect(users(view)[0]).toMatchObject({ messageId: id('m1'), versions: [{ messageId: id('m0'), upToSeq: 5 }] });
  });

  it('of what still waits takes its place without going back', () => {
    const view = viewOf([
      [CREATED, HELLO],
      [STARTED, said('m1', 'And?'), said('m2', 'Or?', { edits: id('m1') })],
    ]);
    expect(users(view)).toMatchObject([
      { text: 'Hello' },
      { text: 'Or?', queued: true, versions: [{ messageId: id('m1'), upToSeq: 4 }] },
    ]);
  });

  it('after a screenful of events is shown right from the document, though it goes back beyond it', () => {
    const many = Array.from({ length: 150 }, (_, index) => [
      said(`n${String(index)}`, `Note ${String(index)}`),
      COMPLETED,
    ]);
    const log = [...ANSWERED, ...many, [back(2), said('m1', 'Hi', { edits: id('m0') })], run(307, 'Two')];
    const record = recordOfLog(logOf(log), publicEvent);
    if (record === undefined) throw new Error('no record');
    const view = viewOfDocument(documentOf(record));
    expect(words(view)).toEqual(['Hi', 'Two']);
    expect(users(view)[0]?.versions).toEqual([{ messageId: id('m0'), upToSeq: 305 }]);
    expect(view.earlier).toBeGreaterThan(0);
    expect(words(viewOf(log))).toEqual(words(view));
    expect(view).toMatchObject({ status: 'idle', pendingRequests: [] });
  });
});

describe('a message that steers', () => {
  it('waits until the run has heard it, and stands where it was heard', () => {
    const log = [
      [CREATED, HELLO],
      [STARTED, said('m1', 'In blue', { steers: RUN })],
    ];
    expect(users(viewOf(log))[1]).toMatchObject({ queued: true, steers: RUN });
    const heard: NewEvent = { type: 'message_taken_up', runId: RUN, upToSeq: 4 };
    const view = viewOf([...log, [text(id('a1'), 'Yes'), heard, text(id('a2'), 'In blue then')]]);
    expect(words(view)).toEqual(['Hello', 'Yes', 'In blue', 'In blue then']);
    expect(users(view)[1]?.queued).toBe(false);
  });
});

describe('a chat that goes on from another one', () => {
  const forkedFrom = { chatId: id('parent'), seq: 4 };
  const log = [[{ ...CREATED, forkedFrom } as NewEvent, HELLO], run(2, 'One')];

  it('says so, from its events and from its document', () => {
    expect(viewOf(log).forkedFrom).toEqual(forkedFrom);
    const record = recordOfLog(logOf(log), publicEvent);
    expect(record && viewOfDocument(documentOf(record)).forkedFrom).toEqual(forkedFrom);
    expect(viewOf(ANSWERED).forkedFrom).toBeUndefined();
  });
});
