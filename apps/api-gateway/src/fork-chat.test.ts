import { beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_COMMIT_BYTES, type ChatEvent, type NewEvent } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { problemOf, World } from './fixtures/api-world.ts';

const RUN = 'run-0000000000001';
const ANSWER: readonly NewEvent[] = [
  {
    type: 'run_started',
    runId: RUN,
    workflow: 'assistant',
    workflowHash: 'h',
    engineVersion: 2,
    trigger: 2,
    variables: {},
    worker: 'w',
  },
  { type: 'text', runId: RUN, agent: 'a', messageId: 'answer-0000000001', text: 'Hi', finishReason: 'stop' },
  {
    type: 'tool_call',
    runId: RUN,
    agent: 'a',
    callId: 'call-00000000001',
    tool: 't',
    arguments: {},
    messageId: 'answer-0000000001',
    approval: 'none',
  },
];

let world: World;
let chatId: string;
beforeEach(async () => {
  world = World.over(new VirtualClock(), seededIds);
  ({ chatId } = await world.create());
  await world.append(chatId, ANSWER);
});

type Ids = { chatId: string; commandId: string };
const fork = (body: object, more: object = {}): Promise<Ids> =>
  world.call('forkChat', { params: { chatId }, body, ...more });

describe('fork', () => {
  it('P2: a 202 means that the new chat is on disk, whole; what went on there is cancelled', async () => {
    const made = await fork({ atSeq: 5 });
    expect(await world.events(made.chatId)).toMatchObject([
      { seq: 1, type: 'chat_created', commandId: made.commandId, forkedFrom: { chatId, seq: 5 }, ownerId: 'ann' },
      { seq: 2, type: 'user_message', text: 'hello' },
      { seq: 3, type: 'run_started', trigger: 2 },
      { seq: 4, type: 'text', text: 'Hi' },
      { seq: 5, type: 'tool_call' },
      { seq: 6, type: 'tool_response', ok: false },
      { seq: 7, type: 'run_cancelled', runId: RUN, by: 'ann' },
      { seq: 8, type: 'chat_seen', upToSeq: 4, commandId: made.commandId },
    ]);
    expect(world.tickets()).toBe(1);
    expect(await world.events(chatId)).toHaveLength(5);
    expect(await world.call('getChat', { params: { chatId: made.chatId } })).toMatchObject({
      status: 'idle',
      lastSeq: 8,
    });
  });

  it('goes on with a message, or with what waits for an answer, by a ticket', async () => {
    const made = await fork({ atSeq: 4, message: 'And now?' });
    expect((await world.events(made.chatId)).at(-1)).toMatchObject({
      type: 'user_message',
      text: 'And now?',
      messageId: made.commandId,
    });
    expect(world.tickets()).toBe(2);
    const { chatId: waiting } = await fork({ atSeq: 2 });
    expect(world.tickets()).toBe(3);
    expect(await world.call('getChat', { params: { chatId: waiting } })).toMatchObject({ status: 'running' });
  });

  it('the same key is the same chat, once; also at the same time, and with the parent changed meanwhile', async () => {
    const [first, again] = await Promise.all([fork({ atSeq: 5 }, { key: 'k' }), fork({ atSeq: 5 }, { key: 'k' })]);
    expect(again).toEqual(first);
    await world.append(chatId, [{ type: 'chat_renamed', title: 'Later', by: 'ann' }]);
    expect(await fork({ atSeq: 5 }, { key: 'k' })).toEqual(first);
    expect(await world.events(first.chatId)).toHaveLength(8);
    expect((await fork({ atSeq: 5 }, { key: 'l' })).chatId).not.toBe(first.chatId);
    for (const chat of [chatId, first.chatId]) await world.persist(chat);
    await world.age();
    expect(await fork({ atSeq: 5 }, { key: 'k' })).toEqual(first);
  });

  it('of a chat whose beginning has left the log is read from the store', async () => {
    await world.persist(chatId);
    await world.age();
    const made = await fork({ atSeq: 4 });
    expect((await world.events(made.chatId)).map(({ type }) => type)).toEqual([
      'chat_created',
      'user_message',
      'run_started',
      'text',
      'run_cancelled',
      'chat_seen',
    ]);
  });

  it('P2: is whole or not there when the answer of the broker is lost, and made once by its retry', async () => {
    for (const fault of ['lose', 'lose_answer'] as const) {
      world.fault = fault;
      expect(await problemOf(fork({ atSeq: 5 }, { key: 'k' }))).toMatchObject({
        status: 503,
        code: 'broker_unavailable',
      });
      world.fault = 'none';
    }
    const made = await fork({ atSeq: 5 }, { key: 'k' });
    expect(await world.events(made.chatId)).toHaveLength(8);
  });

  it('of a long chat takes as many commits as it needs, each within its limit, all at once', async () => {
    for (let times = 0; times < 4; times++) {
      await world.append(chatId, [
        {
          type: 'user_message',
          messageId: `long-000000000-${String(times)}`,
          commandId: `long-000000000-${String(times)}`,
          text: 'x'.repeat(300_000),
        },
      ]);
    }
    const made = await fork({ atSeq: 9 });
    const commits = await world.commits(made.chatId);
    expect(commits.length).toBeGreaterThan(2);
    for (const { commit } of commits) expect(JSON.stringify(commit).length).toBeLessThanOrEqual(MAX_COMMIT_BYTES);
    expect(await world.events(made.chatId)).toHaveLength(11);
  });

  it('at an event that is not there is a 400, of a deleted chat a 409, of another one a 404', async () => {
    expect(await problemOf(fork({ atSeq: 6 }))).toMatchObject({ status: 400, code: 'unknown_event' });
    expect(await problemOf(fork({ atSeq: 2 }, { userId: 'bob' }))).toMatchObject({ status: 404 });
    await world.append(chatId, [{ type: 'chat_deleted', by: 'ann' }]);
    expect(await problemOf(fork({ atSeq: 2 }))).toMatchObject({ status: 409, code: 'chat_deleted' });
  });

  it('P2: a retry publishes the ticket again: it may be what was lost; also when the chat is stored already', async () => {
    const made = await fork({ atSeq: 4, message: 'And now?' }, { key: 'k' });
    // The queue no longer knows what it has had.
    await world.clock.advance(60 * 60 * 1000);
    const before = world.tickets();
    await fork({ atSeq: 4, message: 'And now?' }, { key: 'k' });
    await world.persist(made.chatId);
    await world.clock.advance(60 * 60 * 1000);
    await fork({ atSeq: 4, message: 'And now?' }, { key: 'k' });
    expect(world.tickets()).toBe(before + 2);
  });

  it('P2: a retry is answered as before, whatever has become of the other chat', async () => {
    const made = await fork({ atSeq: 5 }, { key: 'k' });
    await world.append(chatId, [{ type: 'chat_deleted', by: 'ann' }]);
    expect(await fork({ atSeq: 5 }, { key: 'k' })).toEqual(made);
  });

  it('R1: sees a deletion and a restoration that are not stored yet', async () => {
    await world.persist(chatId);
    await world.append(chatId, [{ type: 'chat_deleted', by: 'ann' }]);
    expect(await problemOf(fork({ atSeq: 2 }))).toMatchObject({ status: 409, code: 'chat_deleted' });
    await world.persist(chatId);
    expect(await problemOf(fork({ atSeq: 2 }))).toMatchObject({ status: 409, code: 'chat_deleted' });
    await world.append(chatId, [{ type: 'chat_restored', by: 'ann' }]);
    await fork({ atSeq: 2 });
  });

  it('B1: of a chat that is too large is a 413 with what to do', async () => {
    const [first] = await world.events(chatId);
    const at = first?.at ?? '';
    const texts = Array.from({ length: 70 }, (_, index) => `${String(index)}${'x'.repeat(500_000)}`);
    const large = texts.map((text, index): ChatEvent => {
      const id = `large-00000000-${String(index)}`;
      return { type: 'user_message', seq: index + 2, at, messageId: id, commandId: id, text };
    });
    const created: ChatEvent = {
      type: 'chat_created',
      seq: 1,
      at,
      ownerId: 'ann',
      workflow: 'assistant',
      variables: {},
    };
    await world.clock.run(world.messaging.log.restore('large-chat-00000000001', [created, ...large], 0));
    const params = { chatId: 'large-chat-00000000001' };
    const problem = await problemOf(world.call('forkChat', { params, body: { atSeq: 71 } }));
    expect(problem).toMatchObject({ status: 413, code: 'chat_too_large' });
    expect(problem.message).toContain('32 MiB');
    expect(await world.call('forkChat', { params, body: { atSeq: 3 } })).toHaveProperty('chatId');
  });

  it('B2: ends in time while the store hangs', async () => {
    await world.persist(chatId);
    world.storeFrozen = true;
    const began = world.clock.monotonic();
    expect(await problemOf(fork({ atSeq: 4 }, { key: 'k' }))).toMatchObject({ status: 503 });
    expect(world.clock.monotonic() - began).toBeLessThanOrEqual(20_000);
    world.storeFrozen = false;
    expect(await fork({ atSeq: 4 }, { key: 'k' })).toHaveProperty('chatId');
  });

  it('of many at once are all made, a few at a time', async () => {
    const made = await Promise.all(Array.from({ length: 9 }, () => fork({ atSeq: 5 })));
    expect(new Set(made.map((one) => one.chatId)).size).toBe(9);
  });
});
