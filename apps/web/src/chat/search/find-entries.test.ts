import { describe, expect, it } from '@jest/globals';
import type { ChatEvent, NewEvent } from '@colloquy/contracts';
import { applyCommits, emptyView, type EntryList } from '@colloquy/transcript';
import { createSearch, indexOf, patternOf, SLICE_MS, spotAt, totalOf, type Hit } from './find-entries.ts';

const at = '2026-01-01T00:00:00.000Z';
const RUN = 'run-0000-0000-0001';
const id = (n: number): string => `message-${String(n).padStart(8, '0')}`;
const said = (n: number, text: string): NewEvent => ({
  type: 'user_message',
  messageId: id(n),
  commandId: id(n),
  text,
});
const spoke = (n: number, text: string): NewEvent => ({
  type: 'text',
  runId: RUN,
  agent: 'planner',
  messageId: id(n),
  text,
  finishReason: 'stop',
});
const created: NewEvent = { type: 'chat_created', ownerId: 'ada', workflow: 'a', variables: {} };

function entriesOf(...events: NewEvent[]): EntryList {
  const placed = [created, ...events].map((event, index): ChatEvent => ({ ...event, seq: index + 1, at }));
  return applyCommits(emptyView('chat-0000-0000-0001'), { events: placed, deltas: [] }).entries;
}

const never = new AbortController().signal;

/** All at once: the clock stands still. */
async function find(query: string, entries: EntryList): Promise<readonly Hit[]> {
  const pattern = patternOf(query);
  if (pattern === undefined) return [];
  return createSearch(pattern, { now: () => 0, pause: () => Promise.resolve() }).run(entries, never);
}

/** Counts the texts that it was looked for in. */
class Counting extends RegExp {
  searched = 0;

  override [Symbol.match](text: string): RegExpMatchArray | null {
    this.searched += 1;
    return super[Symbol.match](text);
  }
}

describe('search in a chat', () => {
  it('finds what can be read, in any case, and not the marks of Markdown', async () => {
    const entries = entriesOf(
      said(1, 'Where is the Harbour?'),
      spoke(2, 'The **harb**our is at the *harbour* road: `harbour`.'),
      {
        type: 'tool_call',
        runId: RUN,
        agent: 'planner',
        messageId: id(3),
        callId: 'call-0000-0001',
        tool: 'find_place',
        arguments: { place: 'harbour' },
        approval: 'none',
      },
    );
    expect(await find('HARBOUR', entries)).toEqual([
      { key: id(1), count: 1 },
      { key: id(2), count: 3 },
      { key: 'call-0000-0001', count: 1 },
    ]);
    expect(await find('**', entries)).toEqual([]);
  });

  it('takes what is typed as it is, and any white space for any other', async () => {
    const entries = entriesOf(said(1, 'a+b (c) [d] \\ x-y / $1'), said(2, 'two\n  words'));
    for (const query of ['a+b (c)', '[d] \\', 'x-y / $1']) expect(totalOf(await find(query, entries))).toBe(1);
    expect(await find('two words', entries)).toEqual([{ key: id(2), count: 1 }]);
    expect(patternOf('   ')).toBeUndefined();
  });

  it('of ten thousand entries is done in slices, and what did not change is not searched again', async () => {
    const entries = entriesOf(...Array.from({ length: 10_000 }, (_, n) => said(n + 1, `needle ${String(n)}`)));
    const pattern = new Counting('needle', 'giu');
    // Every look at the clock costs 1 ms, so that a slice can be measured in entries.
    let now = 0;
    const slices = [0];
    const search = createSearch(pattern, {
      now: () => (now += 1),
      pause: () => Promise.resolve(void slices.push(pattern.searched)),
    });
    expect(totalOf(await search.run(entries, never))).toBe(10_000);
    const sizes = slices.slice(1).map((searched, index) => searched - (slices[index] ?? 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(SLICE_MS + 1);
    expect(pattern.searched).toBe(10_000);
    await search.run(entries, never);
    expect(pattern.searched).toBe(10_000);
  });

  it('ends when nobody wants it any more', async () => {
    const entries = entriesOf(...Array.from({ length: 100 }, (_, n) => said(n + 1, 'x')));
    const gone = new AbortController();
    let now = 0;
    const search = createSearch(/x/giu, {
      now: () => (now += 10),
      pause: () => {
        gone.abort(new Error('another query'));
        return Promise.resolve();
      },
    });
    await expect(search.run(entries, gone.signal)).rejects.toThrow('another query');
  });

  it('counts places over all entries, and keeps its place while the chat grows', () => {
    const hits = [
      { key: 'a', count: 2 },
      { key: 'b', count: 1 },
    ];
    expect(totalOf(hits)).toBe(3);
    expect([0, 1, 2, 3, -1].map((index) => spotAt(hits, index))).toEqual([
      { key: 'a', nth: 0 },
      { key: 'a', nth: 1 },
      { key: 'b', nth: 0 },
      undefined,
      undefined,
    ]);
    expect(indexOf([{ key: 'z', count: 5 }, ...hits], { key: 'b', nth: 0 })).toBe(7);
    expect(indexOf(hits, { key: 'gone', nth: 0 })).toBe(2);
    expect(indexOf([], undefined)).toBe(0);
  });
});
