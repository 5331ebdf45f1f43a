import { describe, expect, it } from '@jest/globals';
import type { ChatEvent, Commits, Delta } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { ClosedError } from './client-error.ts';
import { createClient } from './create-client.ts';
import { sampleDocument } from './fixtures/sample-document.ts';
import type { TransportHandlers } from './transport.ts';

const RUN = 'run-00000000-0001';
const MESSAGE = 'reply-00000-0001';
const at = '2026-01-01T00:00:00.000Z';
const events: ChatEvent[] = [
  { type: 'chat_created', seq: 1, at, ownerId: 'ada', workflow: 'assistant', variables: {} },
  { type: 'user_message', seq: 2, at, messageId: 'message-0000-0001', commandId: 'command-0000-0001', text: 'Hello' },
  {
    type: 'run_started',
    seq: 3,
    at,
    runId: RUN,
    workflow: 'assistant',
    workflowHash: 'h',
    engineVersion: 1,
    trigger: 2,
    variables: {},
    worker: 'w',
  },
  {
    type: 'message_started',
    seq: 4,
    at,
    runId: RUN,
    agent: 'guide',
    messageId: MESSAGE,
    kind: 'text',
    purpose: 'reply',
    model: 'demo',
    attempt: 1,
  },
];

/** A chat that was just created, on a socket that does what the test says. */
async function freshChat() {
  const clock = new VirtualClock();
  let handlers: TransportHandlers | undefined;
  let serve = async (_path: string): Promise<Response> =>
    Response.json({ chatId: 'ignored', commandId: 'command-0000-0001' }, { status: 202 });
  const client = createClient({
    baseUrl: 'http://service',
    clock,
    ids: seededIds(7, () => clock.now()),
    fetch: (input) => serve(new URL(input instanceof Request ? input.url : input).pathname),
    transport: (given) => {
      handlers = given;
      return {
        connect: () => {
          given.onConnect();
        },
        disconnect: () => undefined,
        request: async () => ({ ok: true, recovered: true, cursor: 'e.0.0' }),
      };
    },
  });
  const { chatId } = client.startChat({ workflow: 'assistant', text: 'Hello' });
  const chat = client.openChat(chatId);
  await clock.advance(0);
  let cursor = 0;
  const deliver = (batch: Partial<Commits>): void => {
    handlers?.onMessage('commits', { chatId, cursor: `e.${String(++cursor)}.0`, events: [], deltas: [], ...batch });
  };
  const piece = (offset: number, text: string): Delta => ({
    messageId: MESSAGE,
    runId: RUN,
    agent: 'guide',
    offset,
    text,
    kind: 'text',
  });
  const answer = (next: typeof serve): void => {
    serve = next;
  };
  return { clock, chat, deliver, piece, answer };
}

describe('an open chat', () => {
  it('shows pieces of text together every 50 ms, events at once, in order', async () => {
    const { clock, chat, deliver, piece } = await freshChat();
    deliver({ events });
    const shown: string[] = [];
    chat.subscribe(() => {
      const last = chat.getView().chat.entries.at(2);
      shown.push(`${String(Math.round(clock.monotonic()))} ${last?.kind === 'agent' ? last.text : ''}`);
    });
    for (let index = 0; index < 12; index++) {
      deliver({ deltas: [piece(index, 'x')] });
      await clock.advance(10);
    }
    const end: ChatEvent = {
      type: 'text',
      seq: 5,
      at,
      runId: RUN,
      agent: 'guide',
      messageId: MESSAGE,
      text: 'x'.repeat(12),
      finishReason: 'stop',
    };
    deliver({ events: [end] });
    expect(shown).toEqual(['50 xxxxx', '100 xxxxxxxxxx', `120 ${'x'.repeat(12)}`]);
    await clock.advance(1_000);
    expect(shown).toHaveLength(3); // the event took the waiting pieces with it
  });

  it('keeps the identity of its state while nothing changed', async () => {
    const { chat, deliver } = await freshChat();
    deliver({ events });
    const before = chat.getView();
    expect(chat.getView()).toBe(before);
    deliver({ events: [], deltas: [] });
    expect(chat.getView().chat.entries).toBe(before.chat.entries);
  });

  it('asks for a chat only once its own POST was accepted, whenever the socket connects', async () => {
    const clock = new VirtualClock();
    const asked: string[] = [];
    let connect: () => void = () => undefined;
    let accept: (response: Response) => void = () => undefined;
    const client = createClient({
      baseUrl: 'http://service',
      clock,
      ids: seededIds(8, () => clock.now()),
      fetch: (input, init) => {
        asked.push(`${init?.method ?? 'GET'} ${new URL(input instanceof Request ? input.url : input).pathname}`);
        return new Promise((resolve) => {
          accept = resolve;
        });
      },
      transport: (given) => ({
        connect: () => {
          connect = () => given.onConnect();
        },
        disconnect: () => undefined,
        request: (event) => {
          asked.push(event);
          return Promise.resolve({ ok: true, recovered: true, cursor: 'e.0.0' });
        },
      }),
    });
    const { chatId } = client.startChat({ workflow: 'assistant', text: 'Hello' });
    client.openChat(chatId);
    await clock.advance(0);
    connect();
    await clock.advance(1000);
    expect(asked).toEqual(['POST /v1/chats']);
    accept(Response.json({ chatId, commandId: 'command-0000-0001' }, { status: 202 }));
    await clock.advance(1000);
    expect(asked).toEqual(['POST /v1/chats', 'subscribe']);
  });

  it('is not ready, and says why, when its creation is refused', async () => {
    const clock = new VirtualClock();
    const client = createClient({
      baseUrl: 'http://service',
      clock,
      ids: seededIds(8, () => clock.now()),
      fetch: async () => Response.json({ code: 'unknown_workflow', detail: 'No such workflow' }, { status: 422 }),
      transport: (given) => ({
        connect: () => given.onConnect(),
        disconnect: () => undefined,
        request: async () => ({ ok: true, recovered: true, cursor: 'e.0.0' }),
      }),
    });
    const { chatId } = client.startChat({ workflow: 'nonsense', text: 'Hello' });
    const outcome = client.openChat(chatId).ready.catch((error: unknown) => error);
    let settled = false;
    void outcome.then(() => (settled = true));
    await clock.advance(1_000);
    expect(settled).toBe(true);
    expect(await outcome).toMatchObject({ name: 'ApiError', status: 422, code: 'unknown_workflow' });
    client.close();
  });

  it('goes on from the cursor that the gateway named when the one of the document is refused: no endless reload', async () => {
    const clock = new VirtualClock();
    const chatId = 'chat-000000000001';
    const asked: unknown[] = [];
    const client = createClient({
      baseUrl: 'http://service',
      clock,
      ids: seededIds(9, () => clock.now()),
      fetch: () => Promise.resolve(Response.json({ ...sampleDocument(chatId, events.slice(1)), cursor: 'e.1.4' })),
      transport: (given) => ({
        connect: () => given.onConnect(),
        disconnect: () => undefined,
        request: (_event, payload) => {
          const { cursor } = payload as { cursor?: string };
          asked.push(cursor);
          return Promise.resolve({ ok: true, recovered: cursor !== 'e.1.4', cursor: 'e.9.4' });
        },
      }),
    });
    const chat = client.openChat(chatId);
    await clock.advance(60_000);
    expect(asked).toEqual(['e.1.4', 'e.9.4']);
    expect(chat.getView().phase).toBe('live');
  });
});

describe('the history of an open chat', () => {
  it('does not set back what came live while its pages were read', async () => {
    const { clock, chat, deliver, piece, answer } = await freshChat();
    deliver({ events });
    let finishPage: () => void = () => undefined;
    answer(async (path) => {
      if (!path.endsWith('/events'))
        return Response.json({ ...sampleDocument(chat.chatId, events.slice(1)), cursor: 'e.1.3' });
      await new Promise<void>((resolve) => (finishPage = resolve));
      return Response.json({ events: page });
    });
    let page = events;
    const loaded = chat.loadHistory();
    await clock.advance(0);
    const renamed: ChatEvent = { type: 'chat_renamed', seq: 5, at, title: 'Later', by: 'ada' };
    deliver({ events: [renamed], deltas: [piece(0, 'some text')] });
    const shown: string[] = [];
    chat.subscribe(() => {
      const last = chat.getView().chat.entries.at(2);
      shown.push(`${String(chat.getView().chat.lastSeq)} ${last?.kind === 'agent' ? last.text : ''}`);
    });
    finishPage();
    await clock.advance(0);
    page = [renamed];
    finishPage();
    await clock.advance(100);
    await loaded;
    expect(shown.length).toBeGreaterThan(0);
    expect(new Set(shown)).toEqual(new Set(['5 some text']));
  });
});

describe('a client that was closed', () => {
  it('opens nothing, and says so; what waited on it is told', async () => {
    const clock = new VirtualClock();
    const client = createClient({
      baseUrl: 'http://service',
      clock,
      ids: seededIds(1),
      fetch: () => new Promise(() => undefined),
      transport: () => ({
        connect: () => undefined,
        disconnect: () => undefined,
        request: () => Promise.reject(new Error('not connected')),
      }),
    });
    const chat = client.openChat('chat-0000-0000-0001');
    client.close();
    await expect(chat.ready).rejects.toBeInstanceOf(ClosedError);
    expect(() => client.openChat('chat-0000-0000-0001')).toThrow(ClosedError);
    expect(() => client.startChat({ workflow: 'assistant', text: 'x' })).toThrow(ClosedError);
    expect(client.connection.state).toBe('offline');
    await clock.advance(60_000);
  });
});
