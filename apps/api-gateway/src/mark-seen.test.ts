import { beforeEach, describe, expect, it } from '@jest/globals';
import { inboxSchema, operations, usageQuery, type Inbox } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { DAY, World } from './fixtures/api-world.ts';
import { createRateLimits } from './rate-limits.ts';

let world: World;
beforeEach(() => {
  world = World.over(new VirtualClock(), seededIds);
});
const of = (chatId: string) => ({ params: { chatId } });
const RUN = 'run-0000000000001';
const answer = { type: 'text', runId: RUN, agent: 'a', text: 'Hi', finishReason: 'stop' } as const;
const messageId = 'message-0000000001';

describe('what was seen', () => {
  const mark = (chatId: string, upToSeq: number) => world.call('markSeen', { ...of(chatId), body: { upToSeq } });

  it('is a command when there is anything new, and nothing when the store can tell that there is not', async () => {
    const { chatId } = await world.create();
    await world.append(chatId, [{ ...answer, messageId }]);
    await mark(chatId, 3);
    expect(world.commands()).toMatchObject([{ kind: 'seen', upToSeq: 3 }]);
    await world.persist(chatId);
    await mark(chatId, 3);
    expect(world.commands()).toHaveLength(2);
    await world.append(chatId, [{ type: 'chat_seen', upToSeq: 3, commandId: 'command-0000000001' }]);
    await world.persist(chatId);
    // Repeated, older, and the mark itself.
    for (const upToSeq of [3, 2, 4]) expect(await mark(chatId, upToSeq)).toHaveProperty('commandId');
    expect(world.commands()).toHaveLength(2);
    // The store may lag: beyond what it has, the engine decides.
    await mark(chatId, 5);
    expect(world.commands()).toHaveLength(3);
  });

  it.each(['storeDown', 'storeFrozen'] as const)('is taken while the database is away: %s', async (fault) => {
    const { chatId } = await world.create();
    world[fault] = true;
    await mark(chatId, 2);
    expect(world.commands()).toMatchObject([{ kind: 'seen', upToSeq: 2 }]);
  });

  it('does not use up what its person may say', () => {
    const limits = createRateLimits(world.clock);
    const operation = (id: string) => operations.filter((one) => one.id === id);
    const ask = (id: string) => () => operation(id).forEach((one) => limits.check(one, { userId: 'ann', ip: '' }));
    for (let asked = 0; asked < 60; asked++) ask('markSeen')();
    expect(ask('markSeen')).toThrow('Try again');
    expect(ask('sendMessage')).not.toThrow();
  });
});

describe('the inbox', () => {
  it('lists the questions of all chats, longest waiting first, and forgets what is answered', async () => {
    const question = { type: 'input_request', runId: RUN, kind: 'approval', prompt: 'May I?' } as const;
    const [first, second, other] = [await world.create(), await world.create(), await world.create({ userId: 'bob' })];
    for (const [index, { chatId }] of [second, first, other].entries()) {
      await world.clock.advance(1000);
      await world.append(chatId, [{ ...question, requestId: `request-000000000${String(index)}` }]);
      await world.persist(chatId);
    }
    const inbox = await world.call<Inbox>('getInbox');
    expect(inboxSchema.parse(inbox)).toEqual(inbox);
    expect(inbox.chats).toMatchObject([
      { chatId: second.chatId, pendingRequests: 1, unread: 1, requests: [{ prompt: 'May I?' }] },
      { chatId: first.chatId },
    ]);
    expect(inbox.chats).toHaveLength(2);
    const about = { runId: RUN, requestId: 'request-0000000000', by: 'ann', value: true };
    await world.append(second.chatId, [{ type: 'input_response', ...about, commandId: 'command-0000000001' }]);
    await world.persist(second.chatId);
    expect(await world.call('getInbox')).toMatchObject({ chats: [{ chatId: first.chatId }] });
  });
});

describe('usage of the last days', () => {
  const TOTALS = { promptTokens: 1, cachedTokens: 0, completionTokens: 1, costMicroUsd: 5, modelCalls: 1 };
  const CALL = { ...TOTALS, type: 'usage', purpose: 'reply', model: 'gpt', ms: 1, firstTokenMs: 1 } as const;

  it('is of so many days of UTC, today included', async () => {
    const { chatId } = await world.create();
    for (let day = 0; day < 4; day++) {
      await world.append(chatId, [{ ...CALL, runId: RUN, totals: TOTALS }]);
      if (day < 3) await world.clock.advance(DAY);
    }
    await world.persist(chatId);
    const calls = async (days?: number): Promise<unknown> =>
      (await world.call<{ totals: { modelCalls: number } }>('getUsage', { query: { days } })).totals.modelCalls;
    expect([await calls(), await calls(1), await calls(2), await calls(366)]).toEqual([4, 1, 2, 4]);
  });

  it.each(['0', '367', '1.5', 'x', ''])('refuses %p days', (days) => {
    expect(usageQuery.safeParse({ days }).success).toBe(false);
  });
});
