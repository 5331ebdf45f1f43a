import { describe, expect, it } from '@jest/globals';
import { publicEvent, type ChatEvent, type ChatRecord } from '@colloquy/contracts';
import { randomLog } from '@colloquy/testing';
import { documentOf, recordOfLog } from '@colloquy/transcript';
import fc from 'fast-check';
import { compareSources } from './compare-sources.ts';
import type { ApiCopy, ChatSources } from './sources.ts';
import { stableHash, stableJson } from './stable-hash.ts';

// 60: such a log begins with messages from elsewhere too.
const CHOICES = Array.from({ length: 60 }, (_, index) => (index * 37) % 101);

/** All copies of one chat, each as it should be. */
function healthy(choices: readonly number[] = CHOICES) {
  const log = randomLog(choices);
  const chatId = log[0]?.commit.chatId ?? '';
  const document = recordOfLog(log, publicEvent);
  if (document === undefined) throw new Error('a log begins with a chat');
  const stored = log.flatMap(({ commit }) => commit.events);
  const api: ApiCopy = { document: documentOf(document), events: stored.map(publicEvent) };
  const onLog = log.map(({ streamSeq, commit }) => ({ streamSeq, commit }));
  return { chatId, epoch: 'epoch1', log: onLog, stored, document, api } satisfies ChatSources;
}

const said = (sources: ChatSources): string[] =>
  compareSources(sources).differences.map(({ where, text }) => `${where}: ${text}`);

/** The document with something else in it. */
const other = (document: ChatRecord, change: Partial<ChatRecord>): ChatRecord => ({ ...document, ...change });

/** The first event of a type, and another one with a changed text. */
function changed(events: readonly ChatEvent[], type: ChatEvent['type']): { seq: number; events: ChatEvent[] } {
  const seq = events.find((event) => event.type === type)?.seq ?? 0;
  return {
    seq,
    events: events.map((event) => (event.seq === seq ? { ...event, text: 'forged' } : event)),
  };
}

describe('an audit of one chat', () => {
  it('finds nothing in copies that are folds of one log, wherever the document stands', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 120 }), fc.nat(1000), (choices, cut) => {
        const sources = healthy(choices);
        expect(said(sources)).toEqual([]);
        const upTo = randomLog(choices).slice(0, 1 + (cut % sources.log.length));
        const document = recordOfLog(upTo, publicEvent) ?? sources.document;
        const seen = sources.stored.slice(0, document.lastSeq + (cut % 3));
        const api = { document: documentOf(document), events: sources.api.events };
        expect(said({ ...sources, document, stored: seen, api })).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('takes MongoDB’s events for what has aged out of the log', () => {
    const sources = healthy();
    const aged = { ...sources, log: sources.log.slice(3) };
    expect(said(aged)).toEqual([]);
    expect(compareSources(aged).hash).toBe(compareSources(sources).hash);
    expect(said({ ...aged, stored: sources.stored.slice(1) })[0]).toContain('and event 1 is not in MongoDB either');
    expect(said({ ...sources, log: [] })).toEqual([]);
  });

  it('finds an event that MongoDB lacks, has otherwise, or has beyond the log’s end', () => {
    const sources = healthy();
    const { stored } = sources;
    const type = stored[4]?.type ?? '';
    expect(said({ ...sources, stored: stored.filter(({ seq }) => seq !== 5) })).toEqual([
      `events: event 5 (${type}) is missing`,
    ]);
    const forged = changed(stored, 'user_message');
    expect(said({ ...sources, stored: forged.events })).toEqual([
      `events: event ${forged.seq} (user_message) differs in text`,
    ]);
    const end = stored.length;
    const more = { seq: end + 1, at: '2026-01-01T00:00:00.000Z', type: 'chat_pinned', pinned: true } as const;
    expect(said({ ...sources, stored: [...stored, more] })).toEqual([
      `events: event ${end + 1} (chat_pinned) is there, but the log ends at ${end}`,
    ]);
  });

  it('finds wrong counters, a wrong lastSeq, doubled, missing and changed messages in the document', () => {
    const sources = healthy();
    const { document } = sources;
    const [first, second] = document.messages;
    if (first === undefined || second === undefined) throw new Error('there are messages');
    const withDocument = (change: Partial<ChatRecord>) => said({ ...sources, document: other(document, change) });
    const { usage, messageCount, lastSeq, messages } = document;
    expect(withDocument({ messageCount: messageCount + 1 })).toEqual([
      `document: messageCount is ${messageCount + 1}, the log says ${messageCount}`,
    ]);
    const doubled = { ...usage, costMicroUsd: usage.costMicroUsd * 2 + 1 };
    expect(withDocument({ usage: doubled })[0]).toMatch(/^document: usage is .*, the log says /);
    expect(withDocument({ lastSeq: lastSeq + 1 })).toEqual([
      `document: it is at event ${lastSeq + 1}, the log ends at ${lastSeq}`,
    ]);
    expect(withDocument({ lastSeq: lastSeq - 1 }).length).toBeGreaterThan(0);
    expect(withDocument({ messages: [first, ...messages] })).toContain(
      `document: messages hold event ${first.seq} (${first.type}) twice`,
    );
    expect(withDocument({ messages: messages.slice(1) })).toEqual([
      `document: messages lack event ${first.seq} (${first.type})`,
    ]);
    expect(withDocument({ messages: [second, first, ...messages.slice(2)] })).toEqual([
      `document: messages: event ${first.seq} comes after a later one`,
    ]);
    const forged = changed(messages, 'user_message');
    expect(withDocument({ messages: forged.events })).toEqual([
      `document: messages: event ${forged.seq} (user_message) differs in text`,
    ]);
    expect(said({ ...sources, document: undefined })[0]).toContain('there is no document; the log is at event');
    expect(said({ ...sources, conflict: 'two of event 3' })).toEqual([
      'document: persistence has marked it: two of event 3',
    ]);
  });

  it('P4: finds a cursor that would leave something out, and lets one pass that only repeats', () => {
    const sources = healthy();
    const { position } = sources.document;
    const at = (streamSeq: number) =>
      said({ ...sources, document: other(sources.document, { position: { ...position, streamSeq } }) });
    expect(at(position.streamSeq - 3)).toEqual([]);
    expect(at(position.streamSeq + 1)[0]).toContain(`a position in it is stream sequence ${position.streamSeq + 1}`);
  });

  it('finds a hole in the log and an event that is on it twice', () => {
    const sources = healthy();
    const middle = sources.log[2];
    const lost = middle?.commit.events[0]?.seq ?? 0;
    expect(said({ ...sources, log: sources.log.filter((commit) => commit !== middle) })[0]).toContain(
      'log: the log has a hole',
    );
    const again = [...sources.log, { streamSeq: 9999, commit: { events: middle?.commit.events ?? [] } }];
    expect(said({ ...sources, log: again })[0]).toContain(
      `log: event ${lost} is on the log again at stream sequence 9999`,
    );
  });

  it('P2: finds what was recorded twice under two numbers', () => {
    const sources = healthy();
    const message = sources.stored.find(({ type }) => type === 'user_message');
    const end = sources.stored.length;
    const log = [...sources.log, { streamSeq: 9999, commit: { events: [{ ...message, seq: end + 1 } as ChatEvent] } }];
    expect(said({ ...sources, log })).toContain(
      `log: user_message of messageId ${message?.type === 'user_message' ? message.messageId : ''} is there twice, as event ${message?.seq ?? 0} and ${end + 1}`,
    );
  });

  it('finds an API that gives something else, shows another screen, or gives nothing', () => {
    const sources = healthy([]);
    expect(sources.document.status).toBe('idle');
    const { api } = sources;
    const withApi = (change: Partial<ApiCopy>) => said({ ...sources, api: { ...api, ...change } });
    const forged = changed(api.events, 'user_message');
    expect(withApi({ events: forged.events })).toContain(`api: event ${forged.seq} (user_message) differs in text`);
    expect(withApi({ events: api.events.slice(1) })).toContain('api: event 1 (chat_created) is missing');
    expect(withApi({ document: { ...api.document, title: 'x' } })[0]).toMatch(/^api: document: title is "x", the log/);
    const messages = api.document.messages.filter(({ type }) => type !== 'user_message');
    expect(withApi({ document: { ...api.document, messages, messageCount: messages.length } }).join('\n')).toContain(
      'api: a screen that loads the chat',
    );
    expect(said({ ...sources, api: { refused: '404 there is no such chat' } })).toEqual([
      'api: its owner does not get it: 404 there is no such chat',
    ]);
  });

  it('finds private fields that the API gives away', () => {
    const sources = healthy();
    const events = sources.stored;
    expect(said({ ...sources, api: { ...sources.api, events } })).toContain(
      'api: event 1 (chat_created) differs in variables',
    );
  });
});

describe('the hash', () => {
  it('does not depend on the order of keys, and does on that of events', () => {
    const [a, b] = [
      { seq: 1, deep: { x: 1, y: [1, 2] } },
      { deep: { y: [1, 2], x: 1 }, seq: 1 },
    ];
    expect(stableJson(a)).toBe(stableJson(b));
    expect(stableHash([a])).toBe(stableHash([b]));
    expect(stableHash([a, { seq: 2 }])).not.toBe(stableHash([{ seq: 2 }, a]));
  });
});
