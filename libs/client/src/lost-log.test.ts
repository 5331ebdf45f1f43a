import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { createClient } from './create-client.ts';
import type { TransportHandlers } from './transport.ts';

const at = '2026-01-01T00:00:00.000Z';

describe('a chat whose log was lost', () => {
  it('drops what nobody has any more, and goes on with what there is', async () => {
    const clock = new VirtualClock();
    const chatId = 'chat-000000000001';
    const asked: unknown[] = [];
    let handlers: TransportHandlers | undefined;
    let lost = false;
    const client = createClient({
      baseUrl: 'http://service',
      clock,
      ids: seededIds(9, () => clock.now()),
      fetch: () => Promise.resolve(Response.json({ ...sampleDocument(chatId), cursor: 'old.1.4' })),
      transport: (given) => {
        handlers = given;
        return {
          connect: () => given.onConnect(),
          disconnect: () => undefined,
          request: (_event, payload) => {
            const { cursor } = payload as { cursor?: string };
            asked.push(cursor);
            return Promise.resolve({ ok: true, recovered: !lost || cursor !== 'old.2.5', cursor: 'new.1.4' });
          },
        };
      },
    });
    const chat = client.openChat(chatId);
    await clock.advance(100);
    const phantom: ChatEvent = { type: 'chat_renamed', seq: 5, at, title: 'Phantom', by: 'ada' };
    handlers?.onMessage('commits', { chatId, cursor: 'old.2.5', events: [phantom], deltas: [] });
    expect(chat.getView().chat).toMatchObject({ title: 'Phantom', lastSeq: 5 });
    lost = true;
    handlers?.onDisconnect({ code: 'disconnected', message: 'transport close' });
    await clock.advance(10_000);
    expect(asked).toEqual(['old.1.4', 'old.2.5', 'old.1.4']);
    expect(chat.getView()).toMatchObject({ phase: 'live', chat: { title: 'Hello', lastSeq: 4 } });
    const real: ChatEvent = { ...phantom, title: 'Real' };
    handlers?.onMessage('commits', { chatId, cursor: 'new.2.5', events: [real], deltas: [] });
    expect(chat.getView().chat).toMatchObject({ title: 'Real', lastSeq: 5 });
    client.close();
  });
});

/** What the API says of a chat at event 4. */
function sampleDocument(chatId: string) {
  return {
    chatId,
    ownerId: 'ada',
    workflow: 'assistant',
    title: 'Hello',
    status: 'running',
    pinned: false,
    shareId: null,
    createdAt: at,
    updatedAt: at,
    lastSeq: 4,
    usage: {
      promptTokens: 0,
      cachedTokens: 0,
      completionTokens: 0,
      costMicroUsd: 0,
      modelCalls: 0,
      byModel: [],
    },
    pendingRequests: [],
    lastText: '',
    messageCount: 3,
    messages: [],
  };
}
