import { beforeEach, describe, expect, it } from '@jest/globals';
import { operations, sharedChatSchema, type SharedChat } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { commandIdOf } from './command-ids.ts';
import { problemOf, World } from './fixtures/api-world.ts';
import { createRateLimits } from './rate-limits.ts';

let world: World;
beforeEach(() => {
  world = World.over(new VirtualClock(), seededIds);
});
const of = (chatId: string) => ({ params: { chatId } });
const RUN = 'run-0000000000001';
const SHARE = 'share-000000000001';
const commandId = 'command-0000000001';
const share = (shareId: string | null) => ({ type: 'share_changed', shareId, by: 'ann', commandId }) as const;
const read = (shareId: string): Promise<SharedChat> =>
  world.call<SharedChat>('getShared', { params: { shareId }, userId: '' });
const NO_LINK = { status: 404, code: 'link_not_found' };

describe('a read-only link', () => {
  it('is asked for on the queue, and is the one that was recorded', async () => {
    const { chatId } = await world.create();
    const call = { ...of(chatId), key: 'k' };
    // Nobody records it: no id is given out that may become a link to nothing.
    expect(await problemOf(world.call('shareChat', call))).toMatchObject({ status: 503, code: 'link_not_ready' });
    expect(world.commands()).toMatchObject([{ kind: 'share', chatId, userId: 'ann' }]);
    const [{ shareId: wanted } = { shareId: '' }] = world.commands() as unknown as { shareId: string }[];
    // 128 bits of base64url.
    expect(wanted).toMatch(/^[\w-]{22}$/);
    await world.append(chatId, [share(SHARE)]);
    expect(await world.call('shareChat', call)).toMatchObject({ shareId: SHARE });
    expect(await world.call('shareChat', of(chatId))).toMatchObject({ shareId: SHARE });
    expect(world.commands()).toHaveLength(1);
  });

  it('is the same for all who ask at once', async () => {
    const { chatId } = await world.create();
    const asked = ['k', 'l'].map((key) => world.call('shareChat', { ...of(chatId), key }));
    await world.append(chatId, [share(SHARE)]);
    const answers = await Promise.all(asked);
    expect(answers).toMatchObject([{ shareId: SHARE }, { shareId: SHARE }]);
    expect(answers[0]?.['commandId']).toBe(commandIdOf({ userId: 'ann', chatId, key: 'k' }));
  });

  it('is withdrawn by a command, and none is made of a deleted chat', async () => {
    const { chatId } = await world.create();
    await world.call('unshareChat', of(chatId));
    expect(world.commands()).toMatchObject([{ kind: 'share', shareId: null }]);
    await world.append(chatId, [{ type: 'chat_deleted', by: 'ann', commandId }]);
    expect(await problemOf(world.call('shareChat', of(chatId)))).toMatchObject({ status: 409, code: 'chat_deleted' });
  });
});

describe('who has the link', () => {
  async function sharedChat(): Promise<string> {
    const { chatId } = await world.create();
    const about = { runId: RUN, agent: 'a' };
    const run = {
      workflow: 'assistant',
      workflowHash: 'hash-of-it',
      engineVersion: 3,
      trigger: 2,
      variables: { a: 1 },
    };
    const usage = { model: 'gpt', promptTokens: 71, completionTokens: 72, costMicroUsd: 73, ms: 74 };
    const requestId = 'request-0000000001';
    await world.append(chatId, [
      { type: 'run_started', runId: RUN, ...run, worker: 'w-1' },
      { type: 'text', ...about, messageId: 'message-0000000001', text: 'Hi', finishReason: 'stop', usage },
      { type: 'guardrail_tripped', runId: RUN, name: 'g', on: 'output', action: 'warn', detail: {} },
      { type: 'input_request', ...about, requestId, kind: 'text', prompt: 'Which one?' },
      { type: 'input_response', runId: RUN, requestId, by: 'ann', value: 'this', commandId },
      { type: 'run_cancelled', runId: RUN, by: 'ann', commandId },
      share(SHARE),
    ]);
    await world.persist(chatId);
    return chatId;
  }

  it('sees what was said, and not whose it is, what it cost and how it was run', async () => {
    const chatId = await sharedChat();
    const chat = await read(SHARE);
    expect(sharedChatSchema.strict().safeParse(chat).error).toBeUndefined();
    expect(chat).toMatchObject({ shareId: SHARE, workflow: 'assistant', lastSeq: 9 });
    expect(chat.messages.map(({ type }) => type)).toEqual([
      'user_message',
      'run_started',
      'text',
      'input_request',
      'input_response',
      'run_cancelled',
    ]);
    const text = JSON.stringify(chat);
    for (const hidden of ['ann', chatId, 'hash-of-it', 'w-1', '"usage"', '73', 'variables', 'pendingRequests']) {
      expect(text).not.toContain(hidden);
    }
  });

  it.each(['at once', 'while the database lags'])('sees the newest version only, %s', async (when) => {
    const chatId = await sharedChat();
    const edit = { messageId: 'message-0000000009', commandId, text: 'Rather this', by: 'ann' };
    await world.append(chatId, [
      { type: 'rewound', toSeq: 1, commandId },
      { type: 'user_message', ...edit, edits: 'message-0000000000' },
    ]);
    if (when === 'at once') await world.persist(chatId);
    const { messages } = await read(SHARE);
    expect(messages).toMatchObject([{ type: 'user_message', text: 'Rather this' }]);
    expect(messages[0]).not.toHaveProperty('edits');
  });

  it.each([
    ['withdrawn', share(null)],
    ['replaced', share('share-000000000002')],
    ['deleted', { type: 'chat_deleted', by: 'ann', commandId }],
  ] as const)('sees nothing any more once it is %s, also while the database lags', async (_what, event) => {
    const chatId = await sharedChat();
    await world.append(chatId, [event]);
    expect(await problemOf(read(SHARE))).toMatchObject(NO_LINK);
    await world.persist(chatId);
    expect(await problemOf(read(SHARE))).toMatchObject(NO_LINK);
  });

  it('sees it again once a deletion is undone, and still when the log has aged out', async () => {
    const chatId = await sharedChat();
    await world.append(chatId, [{ type: 'chat_deleted', by: 'ann', commandId }]);
    await world.append(chatId, [{ type: 'chat_restored', by: 'ann', commandId }]);
    expect(await read(SHARE)).toMatchObject({ shareId: SHARE });
    await world.persist(chatId);
    await world.age();
    expect(await read(SHARE)).toMatchObject({ shareId: SHARE });
  });

  it('is shown nothing while nobody can tell, and of an erased chat', async () => {
    const chatId = await sharedChat();
    world.storeDown = true;
    expect(await problemOf(read(SHARE))).toMatchObject({ status: 503, code: 'store_unavailable' });
    world.storeDown = false;
    world.messaging.cut();
    expect(await problemOf(read(SHARE))).toMatchObject({ status: 503, code: 'broker_unavailable' });
    await world.store.erase(chatId);
    expect(await problemOf(read(SHARE))).toMatchObject(NO_LINK);
  });

  it('may ask so often from one address, whoever else asks', () => {
    const limits = createRateLimits(world.clock);
    const operation = operations.find(({ id }) => id === 'getShared');
    const ask = (ip: string) => () => operation && limits.check(operation, { userId: '', ip });
    for (let asked = 0; asked < 120; asked++) ask('1.1.1.1')();
    expect(ask('1.1.1.1')).toThrow('Try again');
    expect(ask('2.2.2.2')).not.toThrow();
  });
});
