import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { createClient } from './create-client.ts';
import { sampleDocument } from './fixtures/sample-document.ts';
import type { TransportHandlers } from './transport.ts';

const at = '2026-01-01T00:00:00.000Z';

const chatId = 'chat-000000000001';
const phantom: ChatEvent = { type: 'chat_renamed', seq: 5, at, title: 'Phantom', by: 'ada' };
const real: ChatEvent = { ...phantom, title: 'Real' };

interface Lost {
  readonly recovered: boolean;
  /** Of the stream that took the place of the lost one. */
  readonly cursor: string;
  /** What the API says of the chat then, beyond the sample. */
  readonly document?: { readonly title: string; readonly lastSeq: number };
}

/** An open page that has seen an event which nobody else has, since the log was lost with it. */
async function pageWithPhantom(answerTo: (cursor: string | undefined) => Lost) {
  const clock = new VirtualClock();
  const asked: unknown[] = [];
  let handlers: TransportHandlers | undefined;
  let lost = false;
  const client = createClient({
    baseUrl: 'http://service',
    clock,
    ids: seededIds(9, () => clock.now()),
    fetch: () => {
      const document = lost ? answerTo(undefined).document : undefined;
      return Promise.resolve(Response.json({ ...sampleDocument(chatId), ...document, cursor: 'old.1.4' }));
    },
    transport: (given) => {
      handlers = given;
      return {
        connect: () => given.onConnect(),
        disconnect: () => undefined,
        request: (_event, payload) => {
          const { cursor } = payload as { cursor?: string };
          asked.push(cursor);
          const { recovered, cursor: now } = lost ? answerTo(cursor) : { recovered: true, cursor: 'old.1.4' };
          return Promise.resolve({ ok: true, recovered, cursor: now });
        },
      };
    },
  });
  const chat = client.openChat(chatId);
  await clock.advance(100);
  const commits = (event: ChatEvent, cursor: string): void =>
    handlers?.onMessage('commits', { chatId, cursor, events: [event], deltas: [] });
  commits(phantom, 'old.2.5');
  expect(chat.getView().chat).toMatchObject({ title: 'Phantom', lastSeq: 5 });
  lost = true;
  return {
    clock,
    asked,
    chat,
    client,
    commits,
    reset: () => handlers?.onMessage('reset', { chatId }),
    cut: () => handlers?.onDisconnect({ code: 'disconnected', message: 'transport close' }),
  };
}

describe('a chat whose log was lost', () => {
  it('drops what nobody has any more, and goes on with what there is', async () => {
    const page = await pageWithPhantom((cursor) => ({ recovered: cursor !== 'old.2.5', cursor: 'new.1.4' }));
    page.cut();
    await page.clock.advance(10_000);
    expect(page.asked).toEqual(['old.1.4', 'old.2.5', 'old.1.4']);
    expect(page.chat.getView()).toMatchObject({ phase: 'live', chat: { title: 'Hello', lastSeq: 4 } });
    page.commits(real, 'new.2.5');
    expect(page.chat.getView().chat).toMatchObject({ title: 'Real', lastSeq: 5 });
    page.client.close();
  });

  it('drops it also when the line stays, and the document’s place is still good', async () => {
    const page = await pageWithPhantom(() => ({ recovered: true, cursor: 'new.1.4' }));
    page.reset();
    await page.clock.advance(10_000);
    expect(page.asked.slice(0, 3)).toEqual(['old.1.4', 'old.1.4', 'old.1.4']);
    expect(page.asked).toHaveLength(3);
    expect(page.chat.getView()).toMatchObject({ phase: 'live', chat: { title: 'Hello', lastSeq: 4 } });
    page.commits(real, 'new.2.5');
    expect(page.chat.getView().chat).toMatchObject({ title: 'Real', lastSeq: 5 });
    page.client.close();
  });

  it('drops it also when something else has taken its number', async () => {
    const document = { title: 'Real', lastSeq: 5 };
    const page = await pageWithPhantom(() => ({ recovered: true, cursor: 'new.2.5', document }));
    page.cut();
    await page.clock.advance(10_000);
    expect(page.chat.getView()).toMatchObject({ phase: 'live', chat: { title: 'Real', lastSeq: 5 } });
    const asked = page.asked.length;
    page.cut();
    await page.clock.advance(10_000);
    // It is of the new log now: nothing is read again.
    expect(page.asked).toHaveLength(asked + 1);
    page.client.close();
  });
});
