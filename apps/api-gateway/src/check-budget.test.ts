import { beforeEach, describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { problemOf, World } from './fixtures/api-world.ts';

const MESSAGE = 'message-0000000001';
const used = (promptTokens: number): NewEvent => {
  const counts = { promptTokens, cachedTokens: 0, completionTokens: 5, costMicroUsd: 400_000 };
  const about = { runId: 'run-0000000000001', purpose: 'reply', model: 'm', ms: 1, firstTokenMs: 1 } as const;
  return { type: 'usage', ...about, ...counts, totals: { ...counts, modelCalls: 1 } };
};

let world: World;
let chatId: string;
beforeEach(async () => {
  world = World.over(new VirtualClock(), seededIds);
  ({ chatId } = await world.create());
  await world.append(chatId, [used(100), used(200)]);
  await world.persist(chatId);
});

describe('P7: what one user may use in a day', () => {
  const begins: readonly [string, object][] = [
    ['createChat', { workflow: 'assistant', message: 'x' }],
    ['sendMessage', { text: 'x' }],
    ['regenerate', {}],
    ['editMessage', { messageId: MESSAGE, text: 'x' }],
    ['forkChat', { atSeq: 2, message: 'x' }],
  ];

  it.each(begins)('%s is a 429 with a code and the time to wait once it is used up', async (operation, body) => {
    for (const budget of [{ tokensPerDay: 310 }, { microUsdPerDay: 800_000 }]) {
      Object.assign(world.userBudget, { tokensPerDay: undefined, microUsdPerDay: undefined }, budget);
      expect(await problemOf(world.call(operation, { params: { chatId }, body }))).toMatchObject({
        status: 429,
        code: 'user_budget',
      });
    }
    expect(world.commands()).toEqual([]);
  });

  it.each(begins)(
    '%s is taken below it, the next day, by others, and while the database is away',
    async (operation, body) => {
      const call = (more: object = {}) => world.call(operation, { params: { chatId }, body, ...more });
      Object.assign(world.userBudget, { tokensPerDay: 311 });
      await call();
      Object.assign(world.userBudget, { tokensPerDay: 310 });
      world.storeDown = true;
      await call();
      world.storeDown = false;
      world.storeFrozen = true;
      const began = world.clock.monotonic();
      if (operation !== 'forkChat') await call();
      expect(world.clock.monotonic() - began).toBeLessThanOrEqual(2000);
      world.storeFrozen = false;
      await world.clock.advance(24 * 60 * 60 * 1000);
      await call();
    },
  );

  it('a stop, an answer and a deletion are never refused', async () => {
    Object.assign(world.userBudget, { tokensPerDay: 1 });
    await world.call('cancelRun', { params: { chatId } });
    await world.call('answerInput', { params: { chatId, requestId: MESSAGE }, body: { value: 1 } });
    await world.call('deleteChat', { params: { chatId } });
    expect(world.commands().map(({ kind }) => kind)).toEqual(['cancel', 'input', 'delete']);
  });

  it('P2: a request that was taken before is answered as before when sent again, though the budget is used up', async () => {
    const taken = await Promise.all(
      begins.map(async ([operation, body]) => {
        const given = { params: { chatId }, body, key: `key-${operation}` };
        return { operation, given, answer: await world.call<{ chatId?: string; commandId: string }>(operation, given) };
      }),
    );
    // As an orchestrator does: what it takes from the queue it puts on the log.
    for (const { commandId } of world.commands()) {
      const text = { type: 'user_message', messageId: commandId, commandId, text: 'x' } as const;
      await world.append(chatId, [text]);
    }
    const published = world.commands().length;
    Object.assign(world.userBudget, { tokensPerDay: 1 });
    for (const { operation, given, answer } of taken) {
      expect(await world.call(operation, given)).toEqual(answer);
      expect(await problemOf(world.call(operation, { ...given, key: 'another-key' }))).toMatchObject({ status: 429 });
    }
    expect(world.commands()).toHaveLength(published);
  });

  it('a chat of somebody else stays a 404, and none at all too', async () => {
    const theirs = await world.create({ userId: 'bob' });
    Object.assign(world.userBudget, { tokensPerDay: 1 });
    for (const [operation, body] of begins.slice(1)) {
      for (const other of [theirs.chatId, 'chat-of-nobody-00001']) {
        expect(await problemOf(world.call(operation, { params: { chatId: other }, body }))).toMatchObject({
          status: 404,
        });
      }
    }
  });

  it('a message that is still on the queue is refused when sent again, and is there once all the same', async () => {
    const given = { params: { chatId }, body: { text: 'x' }, key: 'k' };
    await world.call('sendMessage', given);
    Object.assign(world.userBudget, { tokensPerDay: 1 });
    expect(await problemOf(world.call('sendMessage', given))).toMatchObject({ status: 429, code: 'user_budget' });
    expect(world.commands()).toHaveLength(1);
  });
});
