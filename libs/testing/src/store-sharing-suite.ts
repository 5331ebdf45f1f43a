import { expect, it } from '@jest/globals';
import type { ChatHeader, PendingRequest } from '@colloquy/contracts';
import type { StoreAccess } from './store-end-suite.ts';
import { fresh, instant, sampleHeader } from './store-samples.ts';

/** Read-only links, and the questions of a user over all chats. */
export function describeSharing({ store }: Pick<StoreAccess, 'store'>): void {
  const put = async (fields: Partial<ChatHeader>): Promise<string> => {
    const chatId = fresh('chat');
    await store().updateChat(chatId, 0, { header: sampleHeader(chatId, fields), push: [] });
    return chatId;
  };
  const question = (second: number | undefined): PendingRequest => ({
    ...{ requestId: fresh('r'), runId: fresh('run'), kind: 'form', prompt: '?', seq: 3 },
    schema: { $ref: '#/a.b' },
    ...(second === undefined ? {} : { askedAt: instant(second) }),
  });

  it('finds a chat by its link, until it is withdrawn, and a deleted one not', async () => {
    const [shareId, other] = [fresh('share'), fresh('share')];
    const chatId = await put({ shareId, seenSeq: 4, unread: [5, 7], forkedFrom: { chatId: fresh('chat'), seq: 3 } });
    await put({ shareId: other, deletedAt: instant(3) });
    await put({});
    expect(await store().shared(shareId)).toEqual(await store().header(chatId));
    expect(await store().shared(shareId)).toMatchObject({
      shareId,
      seenSeq: 4,
      unread: [5, 7],
      forkedFrom: { seq: 3 },
    });
    expect(await store().shared(other)).toBeUndefined();
    expect(await store().shared(fresh('share'))).toBeUndefined();
    await store().updateChat(chatId, 1, { header: sampleHeader(chatId, { lastSeq: 2 }), push: [] });
    expect(await store().shared(shareId)).toBeUndefined();
  });

  it('names what waits for a user, longest first, running chats too, and forgets what is answered', async () => {
    const ownerId = fresh('owner');
    const young = await put({ ownerId, status: 'waiting', pendingRequests: [question(50)] });
    const old = await put({ ownerId, status: 'running', pendingRequests: [question(20), question(60)] });
    // Written before questions said when they were asked.
    const older = await put({ ownerId, updatedAt: instant(5), pendingRequests: [question(undefined)] });
    await put({ ownerId });
    await put({ ownerId, deletedAt: instant(9), pendingRequests: [question(1)] });
    await put({ pendingRequests: [question(1)] });
    const tenants = await put({ ownerId, tenantId: 'acme', pendingRequests: [question(2)] });
    const asking = async (limit = 10, tenantId?: string): Promise<string[]> => {
      const query = { ownerId, limit, ...(tenantId === undefined ? {} : { tenantId }) };
      return (await store().asking(query)).map(({ chatId }) => chatId);
    };
    expect(await asking()).toEqual([older, old, young]);
    expect(await asking(2)).toEqual([older, old]);
    expect(await asking(10, 'acme')).toEqual([tenants]);
    expect((await store().asking({ ownerId, limit: 2 }))[1]).toEqual(await store().header(old));
    await store().updateChat(old, 1, { header: sampleHeader(old, { ownerId, lastSeq: 2 }), push: [] });
    expect(await asking()).toEqual([older, young]);
  });
}
