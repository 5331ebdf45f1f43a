import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ChatAccess, createTokens, TokenBuckets } from '@colloquy/access';
import type { Bye, ChatRow, Commits, NewEvent, SubscribeReply } from '@colloquy/contracts';
import { EMPTY_LOG, createMemoryBroker, ownerKey, type ChatAppender, type MemoryConnection } from '@colloquy/messaging';
import { bootService, readEnv, serviceEnv, systemClock, systemIds, type RunningService } from '@colloquy/service';
import { createMemoryStore } from '@colloquy/store';
import { Module } from '@nestjs/common';
import { Writable } from 'node:stream';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { SILENT_METERS } from './fixtures/silent-meters.ts';
import type { GatewayParts } from './ports.ts';
import { StreamGateway } from './stream-gateway.ts';
import { PARTS } from './tokens.ts';
import { useSocketIo } from './use-socket-io.ts';

const clock = systemClock;
const ids = systemIds;
const tokens = createTokens({ mode: 'guest', secret: 's'.repeat(32), clock, ids });

class TestModule {}

let service: RunningService;
let connection: MemoryConnection;
let writer: MemoryConnection;
let ann: { token: string; userId: string };
let bob: { token: string; userId: string };
const sockets: Socket[] = [];
const aborts: AbortController[] = [];

beforeEach(async () => {
  const broker = createMemoryBroker({ clock, ids });
  connection = broker.connect('gateway');
  writer = broker.connect('writer');
  const { log, live } = connection;
  const store = createMemoryStore();
  const nothing = (): void => undefined;
  const parts: GatewayParts = {
    log,
    live,
    store,
    clock,
    logger: { debug: nothing, info: nothing, warn: nothing },
    meters: SILENT_METERS,
    access: new ChatAccess({ log, store, clock }),
    tokens,
    replays: new TokenBuckets(clock, { burst: 100, perSecond: 10 }),
  };
  Module({ providers: [{ provide: PARTS, useValue: parts }, StreamGateway] })(TestModule);
  service = await bootService({
    name: 'realtime-gateway',
    env: readEnv(z.object(serviceEnv), { PORT: '0', HOST: '127.0.0.1' }),
    module: TestModule,
    configure: useSocketIo,
    logTo: new Writable({ write: (_chunk, _encoding, done) => done() }),
  });
  [ann, bob] = await Promise.all([tokens.issueGuest(), tokens.issueGuest()]);
});
afterEach(async () => {
  for (const abort of aborts.splice(0)) abort.abort();
  for (const socket of sockets.splice(0)) socket.disconnect();
  await service.stop();
});

function dial(auth: object, extraHeaders: Record<string, string> = {}): Socket {
  const options = { path: '/socket.io', transports: ['websocket'], forceNew: true, reconnection: false };
  const socket = io(service.url, { ...options, auth, extraHeaders });
  sockets.push(socket);
  return socket;
}

const next = <T>(socket: Socket, event: string): Promise<T> =>
  new Promise((resolve) => {
    socket.once(event, (value: T) => resolve(value));
  });

async function connect(who: { token: string }): Promise<Socket> {
  const socket = dial({ token: who.token });
  await next(socket, 'connect');
  return socket;
}

const ask = async <T = SubscribeReply>(socket: Socket, event: string, payload: unknown): Promise<T> =>
  (await socket.timeout(5000).emitWithAck(event, payload)) as T;

/** A chat of somebody, with its writer. */
async function chatOf(who: { userId: string }): Promise<{ chatId: string; log: ChatAppender }> {
  const chatId = ids.uuid();
  const log = writer.log.open(chatId, EMPTY_LOG);
  const variables = { secret: 'hush' };
  await log.append({ events: [{ type: 'chat_created', ownerId: who.userId, workflow: 'w', variables }] });
  return { chatId, log };
}

/** Everything that a socket gets of a chat; resolves `until` when as many events are there. */
function collect(socket: Socket): { batches: Commits[]; until: (events: number) => Promise<number[]> } {
  const batches: Commits[] = [];
  let look = (): void => undefined;
  socket.on('commits', (commits: Commits) => {
    batches.push(commits);
    look();
  });
  const seqs = (): number[] => [...new Set(batches.flatMap(({ events }) => events.map(({ seq }) => seq)))];
  const until = (events: number): Promise<number[]> =>
    new Promise((resolve) => {
      look = () => {
        if (seqs().length >= events) resolve(seqs());
      };
      look();
    });
  return { batches, until };
}

const pin: NewEvent = { type: 'chat_pinned', pinned: true };

describe('Socket.IO', () => {
  it.each([
    [{}, 'POST /v1/guest'],
    [{ token: 'nonsense' }, 'cannot be read'],
  ])('refuses %j with words and a code', async (auth, words) => {
    const error = await next<Error & { data?: unknown }>(dial(auth), 'connect_error');
    expect(error.message).toContain(words);
    expect(error.data).toEqual({ code: 'unauthorized' });
  });

  it('replays what was, goes on with what happens, and shows nothing private', async () => {
    const { chatId, log } = await chatOf(ann);
    const worker = 'worker-secret';
    const run = { runId: ids.uuid(), workflow: 'w', workflowHash: 'h', engineVersion: 1, trigger: 1, variables: {} };
    await log.append({ events: [{ type: 'run_started', ...run, worker }] });
    const socket = await connect(ann);
    const got = collect(socket);
    const reply = await ask(socket, 'subscribe', { chatId });
    expect(reply).toMatchObject({ ok: true, recovered: true });
    await log.append({ events: [pin, pin] });
    expect(await got.until(4)).toEqual([1, 2, 3, 4]);
    expect(JSON.stringify(got.batches)).not.toMatch(/hush|worker-secret/);
  });

  it('P4: cut three times in mid-stream, it has everything once it is back', async () => {
    const { chatId, log } = await chatOf(ann);
    const seqs = new Set<number>();
    let cursor: string | undefined;
    for (let cut = 0; cut <= 3; cut++) {
      const socket = await connect(ann);
      const got = collect(socket);
      await ask(socket, 'subscribe', { chatId, ...(cursor === undefined ? {} : { cursor }) });
      await log.append({ events: [pin] });
      await got.until(1);
      for (const event of got.batches.flatMap(({ events }) => events)) seqs.add(event.seq);
      cursor = got.batches.at(-1)?.cursor;
      socket.disconnect();
      await log.append({ events: [pin, pin] });
    }
    const socket = await connect(ann);
    const got = collect(socket);
    await ask(socket, 'subscribe', { chatId, cursor });
    for (const seq of await got.until(2)) seqs.add(seq);
    expect([...seqs].sort((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
  });

  it("tells nobody of someone else's chat", async () => {
    const { chatId } = await chatOf(ann);
    const socket = await connect(bob);
    expect(await ask(socket, 'subscribe', { chatId })).toMatchObject({ ok: false, error: { code: 'chat_not_found' } });
    expect(await ask(socket, 'subscribe', { chatId: ids.uuid() })).toMatchObject({
      ok: false,
      error: { code: 'chat_not_found' },
    });
  });

  it.each([
    [undefined, 'invalid_request'],
    [null, 'invalid_request'],
    ['x', 'invalid_request'],
    [{ chatId: 'a.b' }, 'invalid_request'],
    [{ chatId: '*' }, 'invalid_request'],
    [{ chatId: '019b0000-0000-7000-8000-000000000001', cursor: 7 }, 'invalid_request'],
    [{ chatId: '019b0000-0000-7000-8000-000000000001', cursor: 'x' }, 'invalid_cursor'],
  ])('refuses to subscribe to %j', async (payload, code) => {
    const socket = await connect(ann);
    expect(await ask(socket, 'subscribe', payload)).toMatchObject({ ok: false, error: { code } });
    expect(await ask(socket, 'unsubscribe', { chatId: '*' })).toEqual({ ok: false });
    expect(socket.connected).toBe(true);
  });

  it('an unsubscribe without an acknowledgement, and messages that it does not know, do no harm', async () => {
    const { chatId, log } = await chatOf(ann);
    const socket = await connect(ann);
    socket.emit('subscribe', { chatId });
    socket.emit('unsubscribe', { chatId });
    socket.emit('nonsense', 'x', 7, null);
    const got = collect(socket);
    expect(await ask(socket, 'unsubscribe', { chatId })).toEqual({ ok: true });
    await log.append({ events: [pin] });
    expect(await ask(socket, 'subscribe', { chatId })).toMatchObject({ ok: true });
    expect(await got.until(2)).toEqual([1, 2]);
  });

  it('limits how often one user subscribes', async () => {
    const { chatId } = await chatOf(ann);
    const socket = await connect(ann);
    const replies = await Promise.all(Array.from({ length: 130 }, () => ask(socket, 'subscribe', { chatId })));
    expect(replies.filter((reply) => !reply.ok && reply.error.code === 'rate_limited').length).toBeGreaterThan(10);
  });

  it('tells every device of a user, and no other, of a changed chat', async () => {
    const [one, two] = await Promise.all([connect(ann), connect(ann)]);
    const other = dial({}, { cookie: `colloquy_token=${bob.token}` });
    await next(other, 'connect');
    let told = 0;
    other.on('chat_changed', () => (told += 1));
    const shown = {
      chatId: ids.uuid(),
      title: 't',
      workflow: 'w',
      status: 'idle' as const,
      pinned: false,
      lastText: '',
    };
    const updatedAt = '2026-01-01T00:00:00.000Z';
    const row: ChatRow = { ...shown, pendingRequests: 0, costMicroUsd: 0, lastSeq: 1, updatedAt };
    const both = Promise.all([next<ChatRow>(one, 'chat_changed'), next<ChatRow>(two, 'chat_changed')]);
    const stop = new AbortController();
    const publish = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        writer.live.publishUser(ownerKey({ ownerId: ann.userId, tenantId: undefined }), row);
        await clock.sleep(20, stop.signal).catch(() => undefined);
      }
    };
    void publish();
    expect(await both).toEqual([row, row]);
    stop.abort();
    expect(told).toBe(0);
  });

  it('says bye at a drain, closes, and lets nobody in', async () => {
    const [one, two] = await Promise.all([connect(ann), connect(bob)]);
    const byes = Promise.all([next<Bye>(one, 'bye'), next<Bye>(two, 'bye')]);
    const closed = Promise.all([next(one, 'disconnect'), next(two, 'disconnect')]);
    const stopped = service.stop();
    for (const bye of await byes) expect(bye).toMatchObject({ reason: 'drain' });
    await closed;
    expect(await stopped).toMatchObject({ clean: true });
  });
});

describe('SSE', () => {
  interface Stream {
    readonly status: number;
    readonly headers: Headers;
    /** Reads until the text holds it; gives all so far. */
    until(text: string): Promise<string>;
    /** Resolves with all when the response ends. */
    end(): Promise<string>;
  }

  async function open(path: string, headers: Record<string, string> = {}, who = ann): Promise<Stream> {
    const abort = new AbortController();
    aborts.push(abort);
    const init = { headers: { authorization: `Bearer ${who.token}`, ...headers }, signal: abort.signal };
    const response = await fetch(`${service.url}${path}`, init);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let all = '';
    const read = async (done: () => boolean): Promise<string> => {
      while (!done()) {
        const piece = await reader?.read();
        if (piece === undefined || piece.done) break;
        all += piece.value;
      }
      return all;
    };
    const until = (text: string): Promise<string> => read(() => all.includes(text));
    return { status: response.status, headers: response.headers, until, end: () => read(() => false) };
  }

  it('gives the same as the socket, and goes on after Last-Event-ID', async () => {
    const { chatId, log } = await chatOf(ann);
    const first = await open(`/live/${chatId}`);
    expect(first.headers.get('content-type')).toContain('text/event-stream');
    await log.append({ events: [pin] });
    const text = await first.until('"seq":2');
    expect(text).toContain('event: commits');
    expect(text).not.toContain('hush');
    const [, id = ''] = /^id: (\S+)$/m.exec(text) ?? [];
    const second = await open(`/live/${chatId}`, { 'last-event-id': id });
    await log.append({ events: [pin] });
    expect(await second.until('"seq":3')).not.toContain('"seq":1,');
  });

  it.each([
    ['/live/a.b', 400, 'invalid_request'],
    ['/live/019b0000-0000-7000-8000-000000000001', 404, 'chat_not_found'],
    ['/live/019b0000-0000-7000-8000-000000000001?cursor=x', 400, 'invalid_cursor'],
  ])('%s is a problem', async (path, status, code) => {
    const answer = await open(path);
    expect(answer.status).toBe(status);
    expect(JSON.parse(await answer.end())).toMatchObject({ status, code });
  });

  it("is a 401 without a token and a 404 for someone else's chat", async () => {
    const { chatId } = await chatOf(ann);
    expect((await open(`/live/${chatId}`, { authorization: '' })).status).toBe(401);
    expect((await open(`/live/${chatId}`, {}, bob)).status).toBe(404);
  });

  it('is a 503 while the broker cannot be reached', async () => {
    const { chatId } = await chatOf(ann);
    connection.cut();
    const answer = await open(`/live/${chatId}`);
    expect(answer.status).toBe(503);
    connection.restore();
  });

  it('tells a deleted chat to reload, with the cursor to go on from', async () => {
    const { chatId, log } = await chatOf(ann);
    const stream = await open(`/live/${chatId}`);
    await stream.until('"seq":1');
    await log.append({ events: [{ type: 'chat_deleted', by: ann.userId }] });
    const text = await stream.end();
    expect(text).toMatch(/id: \S+\nevent: reset\n/);
  });

  it('says bye at a drain, which does not wait for it', async () => {
    const { chatId } = await chatOf(ann);
    const stream = await open(`/live/${chatId}`);
    await stream.until('"seq":1');
    const [text, report] = await Promise.all([stream.end(), service.stop()]);
    expect(text).toContain('event: bye');
    expect(report.clean).toBe(true);
  });
});
