import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { StoreUnavailableError } from '@colloquy/store';
import { deskWorld } from './fixtures/desk-world.ts';
import type { World, WorldOptions } from './fixtures/world.ts';

function worldOf(options: Partial<WorldOptions> = {}): World {
  const time = new VirtualClock();
  return deskWorld({ time, ids: seededIds(1, () => time.now()), ...options });
}

const codes = (world: World, chatId: string) => world.all(chatId, 'run_completed').map(({ reason: { code } }) => code);

/** A chat that has had its first answer, persisted. */
async function answered(world: World): Promise<string> {
  await world.start('a', { userBudget: { tokensPerDay: 1 } });
  const chatId = await world.time.run(world.create());
  await world.until(chatId, 'run_completed');
  await world.time.run(world.persist());
  return chatId;
}

async function sayMore(world: World, chatId: string, runs: number): Promise<void> {
  await world.time.run(world.send(chatId, { kind: 'message', messageId: world.ids.uuid(), text: 'More' }));
  for (let waited = 0; codes(world, chatId).length < runs && waited < 60; waited++) await world.time.advance(1000);
}

describe('P7: what one user may use in a day', () => {
  it('a run that is about to start ends before its first call, with a code and words', async () => {
    const world = worldOf();
    const chatId = await answered(world);
    const { calls } = world;
    await sayMore(world, chatId, 2);
    expect(codes(world, chatId).at(-1)).toBe('user_budget');
    expect(world.all(chatId, 'run_completed').at(-1)?.reason.text).toContain('1 tokens a day');
    expect(world.calls).toBe(calls);
  });

  it('another chat of the user ends as well', async () => {
    const world = worldOf();
    await answered(world);
    const other = await world.time.run(world.create());
    await world.until(other, 'run_completed');
    expect(codes(world, other)).toEqual(['user_budget']);
  });

  it('a run that waited for a person ends when it is taken up again, and its call is closed', async () => {
    const world = worldOf();
    await world.start('a', { userBudget: { tokensPerDay: 1 } });
    const chatId = await world.time.run(world.create({ text: 'use refund' }));
    await world.until(chatId, 'input_request');
    await world.time.advance(5000);
    await world.time.run(world.persist());
    const requestId = world.all(chatId, 'input_request')[0]?.requestId ?? '';
    await world.time.run(world.send(chatId, { kind: 'input', requestId, value: true }));
    await world.until(chatId, 'run_completed');
    expect(codes(world, chatId)).toEqual(['user_budget']);
    expect(world.ledger).toEqual([]);
    expect(world.all(chatId, 'tool_response').at(-1)).toMatchObject({ ok: false, error: { code: 'user_budget' } });
  });

  it.each([
    ['down', () => Promise.reject(new StoreUnavailableError('down'))],
    ['frozen', () => new Promise<void>(() => undefined)],
  ])('runs go on while the database is %s', async (_name, fault) => {
    let away = false;
    const world = worldOf({ store: { fault: ({ method }) => (away && method === 'usage' ? fault() : undefined) } });
    const chatId = await answered(world);
    away = true;
    await sayMore(world, chatId, 2);
    expect(codes(world, chatId)).toHaveLength(2);
    expect(codes(world, chatId)).not.toContain('user_budget');
  });
});
