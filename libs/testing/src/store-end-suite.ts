import { expect, it } from '@jest/globals';
import type { ChatWriter } from '@colloquy/store';
import { fresh, instant, placed, sampleHeader, sampleMessage } from './store-samples.ts';

/** The store of the suite that runs. */
export interface StoreAccess {
  store(): ChatWriter;
  /** Begins to erase a chat and breaks off when its tombstone is written and its events are still there. */
  breakOffErase(chatId: string): Promise<void>;
}

/** How a store keeps that a chat was erased. */
export function describeErase({ store, breakOffErase }: StoreAccess): void {
  it('names chats that were deleted before a time, the oldest deletion first, and erased ones no more', async () => {
    const [late, early, restored] = [fresh('chat'), fresh('chat'), fresh('chat')];
    const put = (chatId: string, second: number) =>
      store().updateChat(chatId, 0, { header: sampleHeader(chatId, { deletedAt: instant(second) }), push: [] });
    await put(late, -2000);
    await put(early, -3000);
    await put(restored, -4000);
    await store().updateChat(restored, 1, { header: sampleHeader(restored, { lastSeq: 2 }), push: [] });
    const found = async (second: number, limit = 10) =>
      (await store().deleted({ before: Date.parse(instant(second)), limit })).map(({ chatId }) => chatId);
    expect(await found(-1000)).toEqual([early, late]);
    expect(await found(-1000, 1)).toEqual([early]);
    expect(await found(-2500)).toEqual([early]);
    await store().erase(early);
    expect(await found(-1000)).toEqual([late]);
  });

  it('finds a chat whose erasure broke off until its events are gone too', async () => {
    const [chatId, other] = [fresh('chat'), fresh('chat')];
    await store().insertEvents([placed(chatId, sampleMessage(1)), placed(chatId, sampleMessage(2))]);
    for (const id of [chatId, other]) {
      await store().updateChat(id, 0, { header: sampleHeader(id, { deletedAt: instant(-9000) }), push: [] });
    }
    const deleted = async () =>
      (await store().deleted({ before: Date.parse(instant(-8000)), limit: 10 })).map((header) => header.chatId);
    expect(await store().halfErased(10)).toEqual([]);
    await breakOffErase(chatId);
    expect(await store().halfErased(10)).toEqual([chatId]);
    expect(await store().isErased(chatId)).toBe(true);
    expect(await store().chat(chatId)).toBeUndefined();
    expect(await deleted()).toEqual([other]);
    expect(await store().events(chatId, { after: 0, limit: 10 })).toHaveLength(2);
    const late = { header: sampleHeader(chatId, { lastSeq: 2 }), push: [] };
    expect(await store().updateChat(chatId, 1, late)).toBe(false);
    await store().erase(chatId);
    expect(await store().events(chatId, { after: 0, limit: 10 })).toEqual([]);
    expect(await store().halfErased(10)).toEqual([]);
    expect(await store().isErased(chatId)).toBe(true);
    await store().erase(other);
  });

  it('leaves a tombstone that no late write can pass', async () => {
    const [chatId, other] = [fresh('chat'), fresh('chat')];
    await store().insertEvents([placed(chatId, sampleMessage(1)), placed(other, sampleMessage(1))]);
    await store().updateChat(chatId, 0, { header: sampleHeader(chatId, { status: 'running' }), push: [] });
    expect(await store().isErased(chatId)).toBe(false);
    await store().erase(chatId);
    await store().erase(chatId);
    expect(await store().isErased(chatId)).toBe(true);
    expect(await store().erasedIds({ after: '', limit: 1000 })).toContain(chatId);
    expect(await store().erasedIds({ after: chatId, limit: 1000 })).not.toContain(chatId);
    expect(await store().erasedIds({ after: '', limit: 1000 })).not.toContain(other);
    expect(await store().chat(chatId)).toBeUndefined();
    expect(await store().header(chatId)).toBeUndefined();
    expect(await store().events(chatId, { after: 0, limit: 10 })).toEqual([]);
    expect(await store().events(other, { after: 0, limit: 10 })).toHaveLength(1);
    expect(await store().updateChat(chatId, 1, { header: sampleHeader(chatId, { lastSeq: 2 }), push: [] })).toBe(false);
    expect(await store().updateChat(chatId, 0, { header: sampleHeader(chatId), push: [] })).toBe(false);
  });
}

/** What an operator's rebuild needs of a store. */
export function describeRebuild({ store }: Pick<StoreAccess, 'store'>): void {
  it('finds every chat with a document or a first event, in pages', async () => {
    const [withEvent, withDocument, erased] = [fresh('page'), fresh('page'), fresh('page')];
    await store().insertEvents([placed(withEvent, sampleMessage(1)), placed(erased, sampleMessage(1))]);
    await store().updateChat(withDocument, 0, { header: sampleHeader(withDocument), push: [] });
    await store().updateChat(erased, 0, { header: sampleHeader(erased), push: [] });
    await store().erase(erased);
    const found: string[] = [];
    for (let page = await store().chatIds({ after: 'page', limit: 1 }); page.length > 0;) {
      found.push(...page);
      page = await store().chatIds({ after: found.at(-1) ?? '', limit: 1 });
    }
    expect(found.filter((chatId) => chatId.startsWith('page-'))).toEqual([withEvent, withDocument]);
  });

  it('replaces a document only as it was read, and refuses what was folded from the one before', async () => {
    const chatId = fresh('chat');
    const header = sampleHeader(chatId);
    const messages = [sampleMessage(1)];
    const record = (lastSeq: number) => ({
      ...sampleHeader(chatId, { lastSeq, title: 'rebuilt', rebuiltAt: instant(lastSeq) }),
      messages,
    });
    expect(await store().replaceChat(header, record(1))).toBe(false);
    await store().updateChat(chatId, 0, { header, push: [sampleMessage(1), sampleMessage(1)] });
    await store().markConflict(chatId, 'it is broken');
    expect(await store().replaceChat(undefined, record(1))).toBe(false);
    expect(await store().replaceChat({ ...header, lastSeq: 2 }, record(1))).toBe(false);
    expect(await store().replaceChat(header, record(1))).toBe(true);
    expect(await store().chat(chatId)).toEqual(record(1));
    expect((await store().conflicts(100)).map((conflict) => conflict.chatId)).not.toContain(chatId);
    const late = { header: { ...header, lastSeq: 2 }, push: [] };
    expect(await store().updateChat(chatId, 1, late)).toBe(false);
    const { messages: _, ...read } = record(2);
    expect(await store().updateChat(chatId, 1, { header: { ...read, rebuiltAt: instant(1) }, push: [] })).toBe(true);
    await store().erase(chatId);
    expect(await store().replaceChat(undefined, record(1))).toBe(false);
    const never = fresh('chat');
    expect(await store().replaceChat(undefined, { ...record(1), chatId: never })).toBe(true);
    expect((await store().header(never))?.title).toBe('rebuilt');
  });

  it('puts events into their places, whatever is there, and drops those after a place', async () => {
    const chatId = fresh('chat');
    await store().insertEvents([placed(chatId, sampleMessage(1, 'wrong'), 99)]);
    const right = [placed(chatId, sampleMessage(1)), placed(chatId, sampleMessage(2))];
    await store().replaceEvents(right);
    expect(await store().events(chatId, { after: 0, limit: 10 })).toEqual(right.map(({ event }) => event));
    expect(await store().insertEvents(right)).toEqual({ conflicts: [] });
    await store().dropEvents(chatId, 1);
    expect(await store().events(chatId, { after: 0, limit: 10 })).toEqual([right[0]?.event]);
  });
}
