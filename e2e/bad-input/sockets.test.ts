import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SubscribeReply } from '@colloquy/contracts';
import { io, type Socket } from 'socket.io-client';
import { Person, type Screen } from '../support/bare-client.ts';
import { startSystem, type System } from '../support/start-system.ts';

/** What sockets send by mistake, through the edge to a running system: each is refused in words, and stays connected. */
describe('a socket', () => {
  let system: System;
  let person: Person;
  let screen: Screen;
  let chatId: string;
  let lastSeq: number;

  beforeAll(async () => {
    system = await startSystem();
    person = await Person.arrive(system.url);
    screen = person.screen();
    ({ chatId } = await person.start('assistant', '[[say:5]]'));
    await screen.watch(chatId);
    lastSeq = (await screen.event(chatId, 'run_completed')).seq;
  });

  afterAll(async () => {
    screen.close();
    await system.stop();
  });

  /** What a socket with this `auth` is told when it connects. */
  async function refusal(auth: Record<string, unknown>): Promise<Error & { data?: unknown }> {
    const socket: Socket = io(system.url, { transports: ['websocket'], auth, reconnection: false });
    try {
      return await new Promise((resolve, reject) => {
        socket.once('connect_error', resolve);
        socket.once('connect', () => reject(new Error('it was let in')));
      });
    } finally {
      socket.close();
    }
  }

  /** What a subscription answers, on a socket of its own. */
  async function subscribe(payload: unknown, who: Person = person): Promise<SubscribeReply> {
    const other = who.screen();
    try {
      return (await other.socket.timeout(10_000).emitWithAck('subscribe', payload)) as SubscribeReply;
    } finally {
      other.close();
    }
  }

  it('is not let in without a token, with garbage, or with one that is not ours', async () => {
    const [head = '', claims = ''] = person.token.split('.');
    const forged = `${head}.${claims}.${'A'.repeat(43)}`;
    for (const [auth, words] of [
      [{}, /POST \/v1\/guest/],
      [{ token: 'abc' }, /get a new one/],
      [{ token: forged }, /not signed by this service/],
      [{ token: { $gt: '' } }, /POST \/v1\/guest/],
    ] as const) {
      const error = await refusal(auth);
      expect(error.message).toMatch(words);
      expect(error.data).toEqual({ code: 'unauthorized' });
    }
  });

  it.each(['*', '>', 'abcdefgh.ijklmnop', 'abcdefghijklmno*', 'too-short', '', 42, null])(
    'cannot subscribe to %j',
    async (id) => {
      const reply = await subscribe({ chatId: id });
      expect(reply).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    },
  );

  it.each([undefined, null, 'subscribe', [], { cursor: 'abc' }])('cannot subscribe with %j', async (payload) => {
    expect(await subscribe(payload)).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
  });

  it('does not learn whether somebody else’s chat exists', async () => {
    const stranger = await Person.arrive(system.url);
    const theirs = await subscribe({ chatId }, stranger);
    const none = await subscribe({ chatId: 'no-such-chat-0000001' }, stranger);
    expect(theirs).toMatchObject({ ok: false, error: { code: 'chat_not_found' } });
    expect(JSON.stringify(theirs).replaceAll(chatId, 'it')).toBe(
      JSON.stringify(none).replaceAll('no-such-chat-0000001', 'it'),
    );
  });

  it.each(['garbage', '1.2', 'a.b.c', '..', 'ABC.1.1', 'abc.-1.2', 'abc.1.1.1', ''])(
    'is told to reload with the cursor %j',
    async (cursor) => {
      const reply = await subscribe({ chatId, cursor });
      expect(reply).toMatchObject({ ok: false, error: { code: 'invalid_cursor' } });
      expect(reply.ok ? '' : reply.error.message).toMatch(/reload the chat by HTTP/);
    },
  );

  it('is refused a cursor that is longer than any', async () => {
    const reply = await subscribe({ chatId, cursor: 'x'.repeat(65) });
    expect(reply).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
  });

  it('P4: goes on by event seq from the cursor of another stream', async () => {
    const other = person.screen();
    const got: number[] = [];
    other.socket.on('commits', ({ events }: { events: { seq: number }[] }) =>
      got.push(...events.map(({ seq }) => seq)),
    );
    const cursor = `zzzzzzzz.4711.${String(lastSeq - 2)}`;
    const reply = (await other.socket.timeout(10_000).emitWithAck('subscribe', { chatId, cursor })) as SubscribeReply;
    expect(reply).toMatchObject({ ok: true, recovered: true });
    expect(got.filter((seq) => seq > lastSeq - 2).slice(0, 2)).toEqual([lastSeq - 1, lastSeq]);
    other.close();
  });

  it('P4: from the end of another stream nothing is missing, and nobody is reset for ever', async () => {
    const reply = await subscribe({ chatId, cursor: `zzzzzzzz.4711.${String(screen.of(chatId).view.lastSeq)}` });
    expect(reply).toMatchObject({ ok: true, recovered: true });
    expect(await subscribe({ chatId, cursor: reply.ok ? reply.cursor : '' })).toMatchObject({ recovered: true });
  });

  it('does no harm with events that there are not, or without a function for the answer', async () => {
    const other = person.screen();
    other.socket.emit('no_such_event', { chatId });
    other.socket.emit('subscribe', { chatId: '*' });
    other.socket.emit('subscribe');
    other.socket.emit('unsubscribe', { chatId: '*' });
    expect(await other.watch(chatId)).toMatchObject({ ok: true, recovered: true });
    expect((await other.event(chatId, 'run_completed')).seq).toBe(lastSeq);
    other.close();
  });

  it('as an event stream is refused alike', async () => {
    const stranger = await Person.arrive(system.url);
    const live = async (path: string, token: string, headers: Record<string, string> = {}) => {
      const response = await fetch(`${system.url}/live/${path}`, {
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    expect(await live(chatId, 'abc')).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    expect(await live(chatId, stranger.token)).toMatchObject({ status: 404, body: { code: 'chat_not_found' } });
    expect((await live('abcdefgh.ijklmnop', person.token)).status).toBe(400);
    expect((await live(encodeURIComponent('*'), person.token)).status).toBe(400);
    const garbage = await live(chatId, person.token, { 'last-event-id': 'garbage' });
    expect(garbage).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });
});
