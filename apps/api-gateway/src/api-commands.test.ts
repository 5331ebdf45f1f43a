import { beforeEach, describe, expect, it } from '@jest/globals';
import { operations } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { DAY, problemOf, World } from './fixtures/api-world.ts';
import type { Call } from './ports.ts';

let world: World;
beforeEach(() => {
  world = World.over(new VirtualClock(), seededIds);
});
const MESSAGE = 'message-0000000001';
const of = (chatId: string) => ({ params: { chatId } });

describe('create', () => {
  it('P2: a 202 means that chat, message and ticket are on disk', async () => {
    const { chatId, commandId } = await world.create();
    const events = await world.events(chatId);
    expect(events).toMatchObject([
      { seq: 1, type: 'chat_created', ownerId: 'ann', workflow: 'assistant', commandId },
      { seq: 2, type: 'user_message', text: 'hello', commandId, messageId: commandId },
    ]);
    expect(world.tickets()).toBe(1);
  });

  it('the same key is the same chat and command, once; another user or key is another', async () => {
    const first = await world.create({ key: 'k' });
    expect(await world.create({ key: 'k' })).toEqual(first);
    expect(await world.events(first.chatId)).toHaveLength(2);
    expect(world.tickets()).toBe(1);
    const others = [
      await world.create({ key: 'k', userId: 'bob' }),
      await world.create({ key: 'l' }),
      await world.create(),
    ];
    expect(new Set([first, ...others].map(({ chatId }) => chatId)).size).toBe(4);
    expect(new Set([first, ...others].map(({ commandId }) => commandId)).size).toBe(4);
  });

  it('may begin with what was said elsewhere, all of it in the first commit and once', async () => {
    const history = [
      { role: 'user', text: 'A cake' },
      { role: 'assistant', name: 'clerk', text: 'Which one?' },
    ];
    const body = { workflow: 'assistant', message: 'Plum', history };
    const { chatId, commandId } = await world.create({ key: 'k', body });
    expect(await world.create({ key: 'k', body })).toEqual({ chatId, commandId });
    const [commit, ...others] = await world.commits(chatId);
    expect([others, commit?.commit.events]).toMatchObject([
      [],
      [
        { type: 'chat_created' },
        { type: 'message_imported', role: 'user', text: 'A cake', commandId },
        { type: 'message_imported', role: 'assistant', name: 'clerk', text: 'Which one?', commandId },
        { type: 'user_message', text: 'Plum', commandId },
      ],
    ]);
    const query = { format: 'md' };
    expect(await world.call('exportChat', { ...of(chatId), query })).toContain('**clerk** (before)\n\nWhich one?');
    await world.persist(chatId);
    expect(await world.call('getChat', of(chatId))).toMatchObject({ messageCount: 3, lastText: 'Plum' });
    const long = Array.from({ length: 20 }, () => ({ role: 'user', text: 'x'.repeat(60_000) }));
    const tooMuch = world.create({ body: { ...body, history: long } });
    expect(await problemOf(tooMuch)).toMatchObject({ status: 413, code: 'message_too_large' });
  });

  it('two at once with the same key make one chat', async () => {
    const [a, b] = await Promise.all([world.create({ key: 'k' }), world.create({ key: 'k' })]);
    expect(a).toEqual(b);
    expect(await world.events(a.chatId)).toHaveLength(2);
  });

  it('an id that the client minted is the chatId, and a key of its own', async () => {
    const id = world.ids.uuid();
    const first = await world.create({ id });
    expect(first.chatId).toBe(id);
    expect(await world.create({ id })).toEqual(first);
    expect(await world.events(id)).toHaveLength(2);
  });

  it('an id that somebody else has taken is a 409', async () => {
    const id = world.ids.uuid();
    await world.create({ id });
    expect(await problemOf(world.create({ id, userId: 'bob' }))).toMatchObject({ status: 409, code: 'chat_exists' });
    expect(await problemOf(world.create({ id, key: 'other' }))).toMatchObject({ status: 409 });
    await world.persist(id);
    expect(await problemOf(world.create({ id, userId: 'bob' }))).toMatchObject({ status: 409 });
  });

  it('an id that is no UUIDv7, or older than a day, or from the future is a 400', async () => {
    const old = world.ids.uuid();
    await world.clock.advance(DAY + 1000);
    const future = seededIds(2, () => world.clock.now() + 2 * DAY).uuid();
    for (const id of [old, future, 'a'.repeat(22), '019b0000-0000-4000-8000-000000000001']) {
      expect(await problemOf(world.create({ id }))).toMatchObject({ status: 400, code: 'invalid_chat_id' });
    }
  });

  it.each(['all', 'events'] as const)('an aged-out chat is not begun again (the store has %s)', async (what) => {
    const first = await world.create({ key: 'k' });
    await world.persist(first.chatId, Infinity, what);
    await world.age();
    expect(await world.events(first.chatId)).toEqual([]);
    expect(await world.create({ key: 'k' })).toEqual(first);
    expect(await world.events(first.chatId)).toEqual([]);
  });

  it('an erased chat is not begun again', async () => {
    const { chatId } = await world.create({ key: 'k' });
    await world.store.erase(chatId);
    await world.age();
    expect(await problemOf(world.create({ key: 'k' }))).toMatchObject({ status: 409 });
  });

  it('works with the database down', async () => {
    world.storeDown = true;
    const first = await world.create({ key: 'k' });
    expect(await world.create({ key: 'k' })).toEqual(first);
  });

  it.each([
    ['an id', () => ({ id: world.ids.uuid() })],
    ['a key', () => ({ key: 'k' })],
  ])('P2: with %s is taken within 2 s while the database is frozen, once', async (_, of) => {
    world.storeFrozen = true;
    const began = world.clock.monotonic();
    const wanted = of();
    const first = await world.create(wanted);
    expect(world.clock.monotonic() - began).toBeLessThanOrEqual(2000);
    expect(await world.create(wanted)).toEqual(first);
    expect(await world.events(first.chatId)).toHaveLength(2);
    expect(world.tickets()).toBe(1);
  });

  it('what the store answers too late changes nothing', async () => {
    world.storeFrozen = true;
    const { chatId } = await world.create({ key: 'k' });
    world.storeFrozen = false;
    await world.clock.advance(60_000);
    expect(await world.create({ key: 'k' })).toMatchObject({ chatId });
  });

  it('an unknown workflow is a 400 that lists the known ones', async () => {
    const body = { workflow: 'nonesuch', message: 'x' };
    const problem = await problemOf(world.call('createChat', { body }));
    expect(problem).toMatchObject({ status: 400, code: 'unknown_workflow' });
    expect(problem.message).toContain('There are: assistant.');
  });
});

describe('with the broker down', () => {
  it.each(['createChat', 'sendMessage', 'cancelRun', 'deleteChat'])('%s is a 503 within 5 s', async (operation) => {
    const { chatId } = await world.create();
    const body = operation === 'createChat' ? { workflow: 'assistant', message: 'x' } : { text: 'x' };
    for (const fault of ['lose', 'lose_answer'] as const) {
      world.fault = fault;
      const began = world.clock.monotonic();
      const problem = await problemOf(world.call(operation, { params: { chatId }, body }));
      expect(problem).toMatchObject({ status: 503, code: 'broker_unavailable' });
      expect(problem.message).toContain('same Idempotency-Key');
      expect(world.clock.monotonic() - began).toBeLessThanOrEqual(5100);
    }
  });

  it('P2: a create with an id is a 503 within 5 s with the database frozen too, and made once by its retry', async () => {
    const id = world.ids.uuid();
    world.storeFrozen = true;
    for (const fault of ['lose', 'lose_answer'] as const) {
      world.fault = fault;
      const began = world.clock.monotonic();
      expect(await problemOf(world.create({ id }))).toMatchObject({ status: 503, code: 'broker_unavailable' });
      expect(world.clock.monotonic() - began).toBeLessThanOrEqual(5100);
    }
    world.fault = 'none';
    await world.create({ id });
    expect(await world.events(id)).toHaveLength(2);
    expect(world.tickets()).toBe(1);
  });

  it('P2: the retry of a create whose answer was lost is the same chat, once', async () => {
    world.fault = 'lose_answer';
    expect(await problemOf(world.create({ key: 'k' }))).toMatchObject({ status: 503 });
    world.fault = 'none';
    const { chatId } = await world.create({ key: 'k' });
    expect(await world.events(chatId)).toHaveLength(2);
    expect(world.tickets()).toBe(1);
  });

  it('gives up: nothing is sent for a request that was answered with a 503', async () => {
    world.fault = 'lose';
    await problemOf(world.create());
    world.fault = 'none';
    await world.clock.advance(60_000);
    expect(world.broker.messages('CHATS')).toEqual([]);
  });

  it('a cut connection is a 503, and what is stored can be read', async () => {
    const { chatId } = await world.create();
    await world.persist(chatId);
    world.messaging.cut();
    expect(await problemOf(world.call('sendMessage', { ...of(chatId), body: { text: 'x' } }))).toMatchObject({
      status: 503,
      code: 'broker_unavailable',
    });
    expect(await world.call('getChat', of(chatId))).toMatchObject({ chatId, lastSeq: 2 });
  });
});

describe('commands', () => {
  const cases: readonly [string, Partial<Call>, Record<string, unknown>][] = [
    ['sendMessage', { body: { text: 'more' } }, { kind: 'message', text: 'more' }],
    ['cancelRun', {}, { kind: 'cancel' }],
    ['deleteChat', {}, { kind: 'delete' }],
    ['regenerate', { body: {} }, { kind: 'regenerate' }],
    ['regenerate', { body: { messageId: MESSAGE } }, { kind: 'regenerate', messageId: MESSAGE }],
    ['editMessage', { body: { messageId: MESSAGE, text: 'T' } }, { kind: 'edit', messageId: MESSAGE, text: 'T' }],
    ['restoreChat', {}, { kind: 'restore' }],
    ['updateChat', { body: { title: 'T' } }, { kind: 'rename', title: 'T' }],
    ['updateChat', { body: { pinned: true } }, { kind: 'pin', pinned: true }],
  ];

  it.each(cases)('%s is on disk at its 202, once for a key', async (operation, more, command) => {
    const { chatId } = await world.create();
    const call = { params: { chatId }, ...more, key: 'k' };
    const first = await world.call(operation, call);
    expect(await world.call(operation, call)).toEqual(first);
    expect(world.commands()).toEqual([expect.objectContaining({ ...command, ...first, chatId, userId: 'ann' })]);
    expect(await world.call(operation, { ...call, key: 'l' })).not.toEqual(first);
  });

  it('an answer carries its request, value and comment', async () => {
    const { chatId } = await world.create();
    const requestId = world.ids.uuid();
    await world.call('answerInput', { params: { chatId, requestId }, body: { value: false, comment: 'no' } });
    expect(world.commands()).toMatchObject([{ kind: 'input', requestId, value: false, comment: 'no' }]);
  });

  it('a title and a pin at once are two commands that a retry does not double', async () => {
    const { chatId } = await world.create();
    const call = { ...of(chatId), body: { title: 'T', pinned: true }, key: 'k' };
    await world.call('updateChat', call);
    await world.call('updateChat', call);
    expect(world.commands().map(({ kind }) => kind)).toEqual(['rename', 'pin']);
  });

  it('the key of one chat is another command in another', async () => {
    const chats = [await world.create(), await world.create()];
    for (const { chatId } of chats) await world.call('cancelRun', { ...of(chatId), key: 'k' });
    expect(new Set(world.commands().map(({ commandId }) => commandId)).size).toBe(2);
  });

  it.each(operations.filter(({ path }) => path.includes('{chatId}')).map(({ id }) => id))(
    "%s of someone else's chat is a 404, as of none",
    async (operation) => {
      const { chatId } = await world.create();
      const more = { query: { after: 0, limit: 10, format: 'json' }, body: { text: 'x', value: 1, pinned: true } };
      const call = { params: { chatId, requestId: chatId }, ...more };
      expect(await problemOf(world.call(operation, { ...call, userId: 'bob' }))).toMatchObject({ status: 404 });
      const none = { ...call, params: { chatId: world.ids.uuid(), requestId: chatId } };
      expect(await problemOf(world.call(operation, none))).toMatchObject({ status: 404, code: 'chat_not_found' });
      expect(world.commands()).toEqual([]);
    },
  );
});
