import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatEvent, ChatHeader, EventOf } from '@colloquy/contracts';
import { InvalidPageError, type ChatQuery, type ChatWriter, type PlacedEvent } from '@colloquy/store';
import { describeErase, describeRebuild, type StoreAccess } from './store-end-suite.ts';
import { describeSharing } from './store-sharing-suite.ts';
import { EPOCH, fresh, instant, placed, sampleHeader, sampleMessage } from './store-samples.ts';

type Access = Pick<StoreAccess, 'store'>;

/** What a store under test is, and how to be rid of it. */
export interface StoreUnderTest {
  readonly store: ChatWriter;
  /** Begins to erase a chat and breaks off when its tombstone is written and its events are still there. */
  breakOffErase(chatId: string): Promise<void>;
  close(): Promise<void>;
}

/** The promises of every `ChatWriter`: MongoDB, its stand-in and the twin in memory pass the same suite. */
export function describeStore(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`the store on ${name}`, () => {
    let under: StoreUnderTest;
    let store: ChatWriter;
    beforeAll(async () => {
      under = await makeStore();
      ({ store } = under);
    });
    afterAll(() => under.close());
    const access = { store: () => store, breakOffErase: (chatId: string) => under.breakOffErase(chatId) };
    describe('chats', () => describeChats(access));
    describe('the list', () => describeList(access));
    describe('what is shared and what waits', () => describeSharing(access));
    describe('events', () => describeEvents(access));
    describe('the end of a chat', () => describeErase(access));
    describe('a rebuild', () => describeRebuild(access));
  });
}

function describeChats({ store }: Access): void {
  it('gives a chat back as it was written', async () => {
    const chatId = fresh('chat');
    const header = sampleHeader(chatId, {
      tenantId: 'acme',
      deletedAt: instant(9),
      lastRun: { runId: fresh('run'), workflow: 'assistant', status: 'running', startedAt: instant(2) },
      pendingRequests: [
        { requestId: fresh('r'), runId: fresh('r'), kind: 'form', prompt: '?', schema: { $ref: '#/a.b' }, seq: 3 },
      ],
      openMessages: [{ messageId: fresh('m'), before: { epoch: EPOCH, streamSeq: 0, eventSeq: 0 } }],
      openCalls: [fresh('call')],
      usage: { ...sampleHeader(chatId).usage, byModel: [{ ...sampleHeader(chatId).usage, model: 'gpt' }] },
    });
    expect(await store().updateChat(chatId, 0, { header, push: [sampleMessage(1)] })).toBe(true);
    const { messages, ...rest } = (await store().chat(chatId)) ?? {};
    expect(JSON.parse(JSON.stringify(rest))).toEqual(JSON.parse(JSON.stringify(header)));
    expect(messages).toMatchObject([{ seq: 1, text: 'message 1' }]);
    expect(await store().header(chatId)).toEqual(rest);
    expect(await store().chat(fresh('chat'))).toBeUndefined();
  });

  it('drops what is gone: a restored chat is not deleted', async () => {
    const chatId = fresh('chat');
    await store().updateChat(chatId, 0, { header: sampleHeader(chatId, { deletedAt: instant(2) }), push: [] });
    await store().updateChat(chatId, 1, { header: sampleHeader(chatId, { lastSeq: 2 }), push: [] });
    expect(await store().header(chatId)).not.toHaveProperty('deletedAt');
  });

  it('writes only when nobody else has written since', async () => {
    const chatId = fresh('chat');
    const update = (lastSeq: number) => ({ header: sampleHeader(chatId, { lastSeq }), push: [sampleMessage(lastSeq)] });
    expect(await store().updateChat(chatId, 3, update(4))).toBe(false);
    const races = [update(2), update(3)].map((next) => store().updateChat(chatId, 0, next));
    expect((await Promise.all(races)).filter(Boolean)).toHaveLength(1);
    const { lastSeq = 0 } = (await store().header(chatId)) ?? {};
    expect(await store().updateChat(chatId, lastSeq, update(lastSeq + 1))).toBe(true);
    expect(await store().updateChat(chatId, lastSeq, update(lastSeq + 1))).toBe(false);
    expect((await store().chat(chatId))?.messages.map(({ seq }) => seq)).toEqual([lastSeq, lastSeq + 1]);
  });

  it('keeps the newest 200 messages', async () => {
    const chatId = fresh('chat');
    const messages = Array.from({ length: 450 }, (_, index) => sampleMessage(index + 1));
    const write = (before: number, lastSeq: number) =>
      store().updateChat(chatId, before, {
        header: sampleHeader(chatId, { lastSeq }),
        push: messages.slice(before, lastSeq),
      });
    await write(0, 210);
    expect((await store().chat(chatId))?.messages.map(({ seq }) => seq)).toEqual(seqs(11, 210));
    await write(210, 240);
    await write(240, 450);
    expect((await store().chat(chatId))?.messages.map(({ seq }) => seq)).toEqual(seqs(251, 450));
  });

  it('names chats that are not at rest and were not touched', async () => {
    const [old, young, resting] = [fresh('chat'), fresh('chat'), fresh('chat')];
    const put = (chatId: string, fields: Partial<ChatHeader>) =>
      store().updateChat(chatId, 0, { header: sampleHeader(chatId, fields), push: [] });
    await put(old, { status: 'running', updatedAt: instant(-50), lastSeq: 4 });
    await put(young, { status: 'running', updatedAt: instant(500) });
    await put(resting, { status: 'waiting', updatedAt: instant(-50) });
    const found = await store().notAtRest({ before: Date.parse(instant(0)), limit: 10 });
    expect(found).toEqual([{ chatId: old, lastSeq: 4, updatedAt: instant(-50) }]);
  });

  it('names those that are not at rest page by page, however many were not touched since the same moment', async () => {
    const chatIds = Array.from({ length: 5 }, () => fresh('chat')).sort();
    const last = fresh('chat');
    const put = (chatId: string, updatedAt: string) =>
      store().updateChat(chatId, 0, { header: sampleHeader(chatId, { status: 'running', updatedAt }), push: [] });
    await put(last, instant(-7000));
    for (const chatId of chatIds) await put(chatId, instant(-8000));
    const before = Date.parse(instant(-6000));
    const found: string[] = [];
    for (let page = await store().notAtRest({ before, limit: 2 }); page.length > 0;) {
      found.push(...page.map(({ chatId }) => chatId));
      const after = page.at(-1);
      page = await store().notAtRest({ before, limit: 2, ...(after === undefined ? {} : { after }) });
    }
    expect(found).toEqual([...chatIds, last]);
  });

  const RUN = { runId: fresh('run'), workflow: 'assistant', startedAt: instant(-5000) };
  const RUN_OVER = { ...RUN, status: 'completed' } as const;
  const putDue = (chatId: string, fields: Partial<ChatHeader>, status: 'running' | 'completed' = 'running') =>
    store().updateChat(chatId, 0, {
      header: sampleHeader(chatId, { status: 'waiting', lastRun: { ...RUN, status }, ...fields }),
      push: [],
    });

  it('names chats with a timer that is overdue, and forgets it with the timer', async () => {
    const [late, later, young, never] = [fresh('chat'), fresh('chat'), fresh('chat'), fresh('chat')];
    await putDue(later, { dueAt: instant(-900) });
    await putDue(late, { dueAt: instant(-950) });
    await putDue(young, { dueAt: instant(5) });
    await putDue(never, {});
    const overdue = () => store().overdue({ before: Date.parse(instant(-800)), limit: 10 });
    expect(await overdue()).toEqual([
      { chatId: late, dueAt: instant(-950) },
      { chatId: later, dueAt: instant(-900) },
    ]);
    expect((await store().header(late))?.dueAt).toBe(instant(-950));
    await store().updateChat(late, 1, { header: sampleHeader(late, { lastSeq: 2 }), push: [] });
    expect(await overdue()).toEqual([{ chatId: later, dueAt: instant(-900) }]);
    expect(await store().header(late)).not.toHaveProperty('dueAt');
  });

  it('names no chat as overdue whose run has ended, or that has a conflict, and gives the others page by page', async () => {
    const stale = Array.from({ length: 6 }, () => fresh('chat'));
    for (const [i, chatId] of stale.entries()) {
      await putDue(chatId, { dueAt: instant(-3000) }, i < 3 ? 'completed' : 'running');
      if (i >= 3) await store().markConflict(chatId, 'event 3 twice');
    }
    const late = Array.from({ length: 5 }, () => fresh('chat')).sort();
    for (const chatId of late) await putDue(chatId, { dueAt: instant(-2000) });
    const before = Date.parse(instant(-1500));
    const found: string[] = [];
    for (let page = await store().overdue({ before, limit: 2 }); page.length > 0;) {
      found.push(...page.map(({ chatId }) => chatId));
      const after = page.at(-1);
      page = await store().overdue({ before, limit: 2, ...(after === undefined ? {} : { after }) });
    }
    expect(found).toEqual(late);
    // A rebuild takes the mark away.
    for (const chatId of stale) {
      const header = await store().header(chatId);
      if (header !== undefined) await store().replaceChat(header, { ...header, lastRun: RUN_OVER, messages: [] });
    }
    expect(await store().overdue({ before, limit: 1 })).toMatchObject([{ chatId: late[0] }]);
  });

  it('marks a conflict for operators, and a chat that is not there not', async () => {
    const chatId = fresh('chat');
    await store().markConflict(chatId, 'event 3 twice');
    await store().updateChat(chatId, 0, { header: sampleHeader(chatId), push: [] });
    await store().markConflict(chatId, 'event 3 twice');
    expect(await store().conflicts(10)).toEqual([{ chatId, detail: 'event 3 twice' }]);
    await store().updateChat(chatId, 1, { header: sampleHeader(chatId, { lastSeq: 2 }), push: [] });
    expect(await store().conflicts(10)).toHaveLength(1);
    expect(await store().header(chatId)).toEqual(sampleHeader(chatId, { lastSeq: 2 }));
  });

  it('answers a ping', async () => {
    await expect(store().ping()).resolves.toBeUndefined();
  });
}

function describeList({ store }: Access): void {
  const put = async (ownerId: string, fields: Partial<ChatHeader>): Promise<string> => {
    const chatId = fresh('chat');
    await store().updateChat(chatId, 0, { header: sampleHeader(chatId, { ownerId, ...fields }), push: [] });
    return chatId;
  };

  it('gives pages, newest first, each chat once, also where times are equal', async () => {
    const ownerId = fresh('owner');
    const chats = [];
    for (const second of [1, 5, 5, 5, 2, 9]) chats.push(await put(ownerId, { updatedAt: instant(second) }));
    await put(ownerId, { updatedAt: instant(7), deletedAt: instant(8) });
    await put(fresh('owner'), {});
    await put(ownerId, { tenantId: 'acme' });
    const pages: string[][] = [];
    let before: string | undefined;
    do {
      const page = await store().chats({ ownerId, limit: 2, ...(before === undefined ? {} : { before }) });
      pages.push(page.chats.map(({ chatId }) => chatId));
      before = page.next;
    } while (before !== undefined);
    const [a, b, c, d, e, f] = chats;
    expect(pages).toEqual([
      [f, d],
      [c, b],
      [e, a],
    ]);
  });

  it('keeps to status, tenant and words', async () => {
    const ownerId = fresh('owner');
    const waiting = await put(ownerId, { status: 'waiting', title: 'Refund (50%) for ÄRGER' });
    const other = await put(ownerId, { lastText: 'a+b refund' });
    const mine = await put(ownerId, { tenantId: 'acme' });
    const pinned = await put(ownerId, { tenantId: 'globex', pinned: true });
    const unread = await put(ownerId, { tenantId: 'globex', unread: [3] });
    const list = async (query: Partial<ChatQuery>) =>
      (await store().chats({ ownerId, limit: 10, ...query })).chats.map(({ chatId }) => chatId).sort();
    expect(await list({ status: 'waiting' })).toEqual([waiting]);
    expect(await list({ tenantId: 'acme' })).toEqual([mine]);
    expect(await list({ tenantId: 'globex', pinned: true })).toEqual([pinned]);
    expect(await list({ tenantId: 'globex', unread: true })).toEqual([unread]);
    expect(await list({ q: 'REFUND' })).toEqual([waiting, other].sort());
    expect(await list({ q: '(50%)' })).toEqual([waiting]);
    expect(await list({ q: 'ärger' })).toEqual([waiting]);
    expect(await list({ q: 'a+B' })).toEqual([other]);
    expect(await list({ q: '.*' })).toEqual([]);
  });

  it('refuses a page that is none', async () => {
    await expect(store().chats({ ownerId: 'ada', limit: 2, before: 'nonsense' })).rejects.toThrow(InvalidPageError);
  });
}

function describeEvents({ store }: Access): void {
  it('P2: holds each event once, in order, and tells a repeat from a conflict', async () => {
    const chatId = fresh('chat');
    const events = [1, 2, 3, 4].map((seq) => placed(chatId, sampleMessage(seq)));
    const [one, two, three, four] = events as [PlacedEvent, PlacedEvent, PlacedEvent, PlacedEvent];
    expect(await store().insertEvents([three, one])).toEqual({ conflicts: [] });
    expect(await store().insertEvents([one, two, three, four])).toEqual({ conflicts: [] });
    const event = (seq: number) => ({ ...sampleMessage(seq), text: 'another one' }) as ChatEvent;
    const imposters = [{ ...one, event: event(1), streamSeq: 99 }, { ...two, event: event(2), epoch: 'other' }, three];
    expect((await store().insertEvents(imposters)).conflicts).toEqual(imposters.slice(0, 2));
    expect(await store().events(chatId, { after: 0, limit: 10 })).toEqual(events.map(({ event }) => event));
    expect(await store().events(chatId, { after: 1, limit: 2 })).toEqual([two.event, three.event]);
    const restored = events.map((once, at) => ({ ...once, epoch: 'restored', streamSeq: at + 7 }));
    expect(await store().insertEvents(restored)).toEqual({ conflicts: [] });
    expect(await store().insertEvents([])).toEqual({ conflicts: [] });
  });

  it('takes any JSON that a model can write', async () => {
    const chatId = fresh('chat');
    let deep: unknown = 'bottom';
    for (let level = 0; level < 150; level += 1) deep = level % 2 ? [deep] : { deep };
    const nasty = JSON.parse(
      '{"$set":{"a.b":1},"":2,"%24":3,"_bsontype":"ObjectId","__proto__":{"x":1},"a\\u0000b":4,"%json":"{}","empty":{},"list":[[],{}],"big":12345678901234,"real":0.5,"null":null}',
    ) as unknown;
    const result = { nasty, deep };
    const response = { seq: 1, at: instant(1), type: 'tool_response', runId: fresh('r'), callId: fresh('c') } as const;
    const event = { ...response, ok: true, ms: 1, result } as ChatEvent;
    await store().insertEvents([placed(chatId, event)]);
    const [back] = await store().events(chatId, { after: 0, limit: 1 });
    expect(JSON.stringify(back)).toBe(JSON.stringify(event));
    await store().updateChat(chatId, 0, { header: sampleHeader(chatId), push: [event] });
    await store().updateChat(chatId, 1, { header: sampleHeader(chatId, { lastSeq: 2 }), push: [event] });
    const { messages } = (await store().chat(chatId)) ?? {};
    expect(JSON.stringify(messages)).toBe(JSON.stringify([event, event]));
  });

  it('P7: reports usage by day, model and agent', async () => {
    const [chatId, ownerId] = [fresh('chat'), fresh('owner')];
    const use = (seq: number, fields: Partial<EventOf<'usage'>>): PlacedEvent => ({
      ...placed(chatId, {
        ...{ seq, type: 'usage', at: '2026-01-02T23:59:59.999Z', runId: fresh('run'), agent: 'helper', model: 'small' },
        ...{ purpose: 'reply', promptTokens: 10, cachedTokens: 2, completionTokens: 5, costMicroUsd: 100, ms: 1 },
        ...{ firstTokenMs: null, totals: sampleHeader(chatId).usage },
        ...fields,
      }),
      ownerId,
    });
    const noAgent = use(3, { model: 'large', costMicroUsd: 900, at: '2026-01-03T00:00:00.000Z' });
    const { agent: _, ...event } = noAgent.event;
    await store().insertEvents([
      use(1, {}),
      use(2, { costMicroUsd: null }),
      { ...noAgent, event: event as ChatEvent },
      { ...use(4, {}), tenantId: 'acme' },
      { ...placed(chatId, sampleMessage(5)), ownerId },
    ]);
    const tokens = { promptTokens: 10, cachedTokens: 2, completionTokens: 5 };
    const one = { ...tokens, costMicroUsd: 900, modelCalls: 1, unpricedCalls: 0 };
    const more = { promptTokens: 20, cachedTokens: 4, completionTokens: 10 };
    const two = { ...more, costMicroUsd: 100, modelCalls: 2, unpricedCalls: 1 };
    expect(await store().usage(ownerId)).toEqual({
      byDay: [
        { day: '2026-01-02', ...two },
        { day: '2026-01-03', ...one },
      ],
      byModel: [
        { model: 'large', ...one },
        { model: 'small', ...two },
      ],
      byAgent: [
        { agent: 'workflow', ...one },
        { agent: 'helper', ...two },
      ],
      totals: { ...two, promptTokens: 30, cachedTokens: 6, completionTokens: 15, costMicroUsd: 1000, modelCalls: 3 },
    });
    expect((await store().usage(ownerId, 'acme')).totals.modelCalls).toBe(1);
    const later = await store().usage(ownerId, undefined, '2026-01-03T00:00:00.000Z');
    expect(later.byDay.map(({ day }) => day).filter((day) => day < '2026-01-03')).toEqual([]);
    expect(later.byDay).toEqual((await store().usage(ownerId)).byDay.filter(({ day }) => day >= '2026-01-03'));
    expect((await store().usage(fresh('owner'))).byDay).toEqual([]);
  });
}

function seqs(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
