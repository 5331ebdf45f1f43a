import { describe, expect, it } from '@jest/globals';
import { formatCursor, publicEvent, type ChatEvent, type Delta } from '@colloquy/contracts';
import { randomLog } from '@colloquy/testing';
import fc from 'fast-check';
import { documentOf, recordOfLog, type PlacedCommit } from './chat-document.ts';
import { applyCommits, viewOfDocument } from './chat-view.ts';
import type { Entry } from './chat-view-entries.ts';
import { emptyView, type ChatView, type CommitBatch } from './chat-view-state.ts';

const CHAT = 'chat-0000-0000-0001';
const RUNS = { numRuns: 300 };

/** Numbers that decide what is on the log. */
const choices = fc.array(fc.nat(239), { minLength: 5, maxLength: 120 });

function batchOf(commits: readonly PlacedCommit[]): CommitBatch {
  const last = commits.at(-1);
  const events = commits.flatMap(({ commit }) => commit.events.map(publicEvent));
  return {
    ...(last === undefined ? {} : { cursor: cursorAfter(commits, last) }),
    events,
    deltas: commits.flatMap(({ commit }) => commit.deltas ?? []),
  };
}

function cursorAfter(commits: readonly PlacedCommit[], last: PlacedCommit): string {
  const eventSeq = commits.flatMap(({ commit }) => commit.events).at(-1)?.seq ?? 0;
  return formatCursor({ epoch: last.epoch, streamSeq: last.streamSeq, eventSeq });
}

function whole(log: readonly PlacedCommit[]): ChatView {
  return log.reduce((view, commit) => applyCommits(view, batchOf([commit])), emptyView(CHAT));
}

/** What a person can see; of the memory nothing. */
function shown({ memory: _memory, entries, cursor: _cursor, ...rest }: ChatView) {
  return { ...rest, entries: [...entries] };
}

/** What a document keeps: what is said while a tool runs or a call is being written is not in it, nor whose turn it is. */
function kept(view: ChatView) {
  const { speaker: _speaker, ...rest } = shown(view);
  const entries = rest.entries
    .filter((entry) => !(entry.kind === 'tool' && entry.state === 'arguments'))
    .map((entry) => (entry.kind === 'tool' ? { ...entry, progress: '' } : entry));
  return { ...rest, entries };
}

describe('the view fold', () => {
  it('P1 P4: any split, join, duplicate and replay of a log ends in the same view', () => {
    fc.assert(
      fc.property(choices, fc.array(fc.tuple(fc.nat(), fc.nat(5), fc.nat(9)), { maxLength: 60 }), (chosen, cuts) => {
        const log = randomLog(chosen);
        const expected = shown(whole(log));
        let view = emptyView(CHAT);
        let position = 0;
        for (const [back, size, mode] of cuts) {
          // Mostly go on; sometimes go back to any earlier cursor first, sometimes deliver a batch twice.
          const from = mode < 2 ? back % (position + 1) : position;
          const batch = batchOf(log.slice(from, from + size));
          view = applyCommits(view, batch);
          if (mode === 3) view = applyCommits(view, batch);
          position = from + log.slice(from, from + size).length;
        }
        view = applyCommits(view, batchOf(log.slice(position)));
        expect(view.gap).toBe(false);
        expect(shown(view)).toEqual(expected);
      }),
      RUNS,
    );
  });

  it('P4: a view from the document and what follows its cursor is the view of the whole log', () => {
    fc.assert(
      fc.property(choices, fc.nat(), fc.nat(4), (chosen, cut, size) => {
        const log = randomLog(chosen);
        const loaded = log.slice(0, 1 + (cut % log.length));
        const record = recordOfLog(loaded, publicEvent);
        if (record === undefined) throw new Error('the log is empty');
        const document = documentOf(record);
        const after = Number(document.cursor.split('.')[1]);
        const rest = log.filter(({ streamSeq }) => streamSeq > after);
        let view = viewOfDocument(document);
        for (let at = 0; at < rest.length; at += size + 1)
          view = applyCommits(view, batchOf(rest.slice(at, at + size + 1)));
        expect(view.gap).toBe(false);
        expect(kept(view)).toEqual(kept(whole(log)));
      }),
      RUNS,
    );
  });

  it('P4: a missing commit is never silent: a later event shows a gap until it is read', () => {
    fc.assert(
      fc.property(choices, fc.nat(), (chosen, which) => {
        const log = randomLog(chosen);
        const missing = which % log.length;
        let view = emptyView(CHAT);
        log.forEach((commit, index) => {
          if (index !== missing) view = applyCommits(view, batchOf([commit]));
        });
        const lost = log[missing]?.commit.events ?? [];
        const later = log.slice(missing + 1).some(({ commit }) => commit.events.length > 0);
        if (lost.length > 0 && later) expect(view.gap).toBe(true);
        const after = view.gap ? Number(view.cursor?.split('.')[1] ?? 0) : 0;
        view = applyCommits(view, batchOf(log.filter(({ streamSeq }) => streamSeq > after)));
        // The cursor may have passed the hole before it showed, by pieces of text that prove nothing: then `gap` stays
        // true, and only a reload helps.
        if (view.gap || lost.length === 0) view = applyCommits(view, batchOf(log));
        expect(view.gap).toBe(false);
        expect(shown(view)).toEqual(shown(whole(log)));
      }),
      RUNS,
    );
  });

  it('keeps the identity of every entry that a batch did not touch, and of the view when nothing is new', () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        const log = randomLog(chosen);
        let view = emptyView(CHAT);
        for (const commit of log) {
          const before = new Map([...view.entries].map((entry) => [entry.key, entry]));
          view = applyCommits(view, batchOf([commit]));
          for (const entry of view.entries) {
            const old = before.get(entry.key);
            if (old !== undefined && old !== entry) expect(entry).not.toEqual(old);
          }
          expect(applyCommits(view, batchOf([commit]))).toBe(view);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has one entry for each key', () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        const keys = [...whole(randomLog(chosen)).entries].map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 100 },
    );
  });
});

const RUN = 'run-00000000-0001';
const at = (seq: number) => new Date(1_760_000_000_000 + seq).toISOString();
const created: ChatEvent = { type: 'chat_created', seq: 1, at: at(1), ownerId: 'ada', workflow: 'a', variables: {} };
const hello: ChatEvent = {
  type: 'user_message',
  seq: 2,
  at: at(2),
  messageId: 'message-0000-0001',
  commandId: 'command-0000-0001',
  text: 'Hello',
};
const started: ChatEvent = {
  type: 'run_started',
  seq: 3,
  at: at(3),
  runId: RUN,
  workflow: 'a',
  workflowHash: 'h',
  engineVersion: 1,
  trigger: 2,
  variables: {},
  worker: 'w',
};
const began: ChatEvent = {
  type: 'message_started',
  seq: 4,
  at: at(4),
  runId: RUN,
  agent: 'planner',
  messageId: 'reply-00000-0001',
  kind: 'text',
  purpose: 'reply',
  model: 'demo',
  attempt: 1,
};
const delta = (offset: number, text: string, more: Partial<Delta> = {}): Delta => ({
  messageId: 'reply-00000-0001',
  runId: RUN,
  agent: 'planner',
  offset,
  text,
  kind: 'text',
  ...more,
});

const openChat = (): ChatView =>
  applyCommits(emptyView(CHAT), {
    cursor: 'e.4.4',
    events: [created, hello, started, began],
    deltas: [delta(0, 'abc')],
  });
const lastOf = (view: ChatView): Entry | undefined => view.entries.at(view.entries.length - 1);

describe('deltas', () => {
  it('that are covered change nothing, and one that overlaps adds only what is new', () => {
    const view = openChat();
    expect(applyCommits(view, { cursor: 'e.4.4', events: [], deltas: [delta(1, 'bc')] })).toBe(view);
    const next = applyCommits(view, { cursor: 'e.5.4', events: [], deltas: [delta(1, 'bcd')] });
    expect(lastOf(next)).toMatchObject({ kind: 'agent', text: 'abcd', state: 'streaming' });
  });

  it('count in UTF-16 code units', () => {
    const smile = applyCommits(openChat(), { events: [], deltas: [delta(3, '\u{1F642}')] });
    expect(lastOf(applyCommits(smile, { events: [], deltas: [delta(5, '!')] }))).toMatchObject({
      text: 'abc\u{1F642}!',
    });
  });

  it('that start beyond the end show a gap, keep the cursor, and heal', () => {
    const view = applyCommits(openChat(), { cursor: 'e.6.4', events: [], deltas: [delta(5, 'fg')] });
    expect(view).toMatchObject({ gap: true, cursor: 'e.4.4' });
    const healed = applyCommits(view, { cursor: 'e.6.4', events: [], deltas: [delta(3, 'de'), delta(5, 'fg')] });
    expect(healed).toMatchObject({ gap: false, cursor: 'e.6.4' });
    expect(lastOf(healed)).toMatchObject({ text: 'abcdefg' });
  });

  it('of a finished message are void', () => {
    const text: ChatEvent = {
      type: 'text',
      seq: 5,
      at: at(5),
      runId: RUN,
      agent: 'planner',
      messageId: 'reply-00000-0001',
      text: 'abcd',
      finishReason: 'stop',
    };
    const view = applyCommits(openChat(), { cursor: 'e.7.5', events: [text], deltas: [delta(9, 'late')] });
    expect(view).toMatchObject({ gap: false, status: 'running', speaking: [] });
    expect(lastOf(view)).toMatchObject({ text: 'abcd', state: 'complete' });
    expect(applyCommits(view, { cursor: 'e.7.5', events: [], deltas: [delta(0, 'abc'), delta(90, 'x')] })).toBe(view);
  });

  it('of a message that chooses a speaker or a title are not shown', () => {
    const view = applyCommits(emptyView(CHAT), {
      events: [created, hello, started, { ...began, purpose: 'title' }],
      deltas: [delta(0, 'A title')],
    });
    expect([...view.entries].map(({ kind }) => kind)).toEqual(['user', 'run']);
  });
});

describe('events', () => {
  const renamed = (seq: number): ChatEvent => ({ type: 'chat_renamed', seq, at: at(seq), title: 'T', by: 'ada' });

  it('P4: that leave a hole are not shown, say so, and are when it is filled', () => {
    const view = applyCommits(openChat(), { cursor: 'e.6.6', events: [renamed(6)], deltas: [] });
    expect(view).toMatchObject({ gap: true, cursor: 'e.4.4', lastSeq: 4 });
    const healed = applyCommits(view, { cursor: 'e.6.6', events: [renamed(5), renamed(6)], deltas: [] });
    expect(healed).toMatchObject({ gap: false, cursor: 'e.6.6', lastSeq: 6 });
  });

  it('P1: that were folded before change nothing', () => {
    const view = openChat();
    const again = applyCommits(view, { cursor: 'e.4.4', events: [hello, started], deltas: [] });
    expect(shown(again)).toEqual(shown(view));
  });
});

describe('a message that is sent while a run is busy', () => {
  const second: ChatEvent = { ...hello, seq: 5, at: at(5), messageId: 'message-0000-0002' };

  it('is queued below what is being said, and comes after the run when it ends', () => {
    const busy = applyCommits(openChat(), { events: [second], deltas: [] });
    expect([...busy.entries].map(({ kind }) => kind)).toEqual(['user', 'run', 'agent', 'user']);
    expect(lastOf(busy)).toMatchObject({ queued: true });
    const aborted = { seq: 6, at: at(6), runId: RUN, agent: 'planner', messageId: 'reply-00000-0001' };
    const rested = applyCommits(busy, {
      events: [
        { ...aborted, type: 'message_aborted', text: 'abc', reason: 'cancelled' },
        { type: 'run_cancelled', seq: 7, at: at(7), runId: RUN, by: 'ada', commandId: 'command-0000-0009' },
      ],
      deltas: [],
    });
    expect([...rested.entries].map(({ kind }) => kind)).toEqual(['user', 'run', 'agent', 'run', 'user']);
    expect(lastOf(rested)).toMatchObject({ queued: false });
    expect(rested.status).toBe('running'); // it waits for a run of its own
  });
});

describe('a run that is claimed', () => {
  const requestId = 'request-0000-0001';
  const asked: ChatEvent = {
    type: 'input_request',
    seq: 5,
    at: at(5),
    runId: RUN,
    requestId,
    kind: 'text',
    prompt: '?',
  };
  const answered: ChatEvent = {
    type: 'input_response',
    seq: 6,
    at: at(6),
    runId: RUN,
    requestId,
    by: 'ada',
    value: 'yes',
  };
  const claimed = (seq: number): ChatEvent => ({
    type: 'run_claimed',
    seq,
    at: at(seq),
    runId: RUN,
    attempt: 1,
    worker: 'w2',
  });
  const phases = (...events: ChatEvent[]) =>
    [...applyCommits(openChat(), { events, deltas: [] }).entries].flatMap((e) => (e.kind === 'run' ? [e.phase] : []));

  it('after an answer is resumed; otherwise its worker was gone', () => {
    expect(phases(asked, answered, claimed(7))).toEqual(['started', 'resumed']);
    expect(phases(asked, answered, claimed(7), claimed(8))).toEqual(['started', 'resumed', 'taken_over']);
    expect(phases(claimed(5))).toEqual(['started', 'taken_over']);
  });
});
