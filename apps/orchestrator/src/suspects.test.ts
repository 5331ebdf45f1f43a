/** Runs that may be what ends processes go on apart from each other, and for a bounded time. */
import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld, LONG, scriptWith } from './fixtures/desk-world.ts';
import { lastSaid } from './fixtures/script.ts';
import type { World, WorldOptions } from './fixtures/world.ts';

function worldOf(options: Partial<WorldOptions> = {}): World {
  const time = new VirtualClock();
  return deskWorld({ time, ids: seededIds(3, () => time.now()), ...options });
}

describe('a run that ends its process', () => {
  it('P3: takes no other run with it: those that died with it are claimed apart from it, and complete', async () => {
    const world = worldOf({
      script: scriptWith({
        model: (request) => (lastSaid(request) === 'Hello' ? { text: LONG.repeat(2), pieceMs: 1000 } : undefined),
      }),
    });
    await world.start('a');
    const good = await Promise.all([1, 2, 3].map(() => world.time.run(world.create({ workflow: 'assistant' }))));
    for (const chatId of good) await world.until(chatId, 'message_started');
    const bad = await world.time.run(world.create({ text: 'use look_up' }));
    // Whoever runs its tool dies of it, and another process is started.
    for (let died = 0; world.all(bad, 'run_failed').length === 0;) {
      await world.time.runUntil(() => world.ledger.length > died || world.all(bad, 'run_failed').length > 0, {
        deadlineMs: 120_000,
      });
      const { worker } = world.ledger.at(died) ?? {};
      if (worker === undefined) break;
      world.processes.find(({ name }) => name === worker)?.kill();
      died += 1;
      await world.start(`next-${String(died)}`);
    }
    expect(world.all(bad, 'run_failed')[0]?.error.code).toBe('too_many_attempts');
    for (const chatId of good) {
      await world.until(chatId, 'run_completed', { deadlineMs: 120_000 });
      expect(world.all(chatId, 'run_failed')).toEqual([]);
    }
    await world.time.advance(1000);
    expect(world.parked()).toEqual([`parked.runs.${bad}`]);
    expect(world.violations).toEqual([]);
  });

  it('P3: long steps that died together twice all go on within 25 s each: one that lives lets the next one in', async () => {
    const world = worldOf({ script: scriptWith({ model: () => ({ text: 'word '.repeat(1000), pieceMs: 3000 }) }) });
    await world.start('a');
    const chats: string[] = [];
    for (let i = 0; i < 6; i += 1) chats.push(await world.time.run(world.create({ workflow: 'assistant' })));
    for (const chatId of chats) await world.until(chatId, 'message_started');
    for (const deaths of [1, 2]) {
      world.processes.at(-1)?.kill();
      await world.start(`next-${String(deaths)}`);
      for (const chatId of chats) await world.until(chatId, 'run_claimed', { count: deaths });
      await world.time.advance(100);
    }
    world.processes.at(-1)?.kill();
    await world.start('last');
    const claimed = (): number => chats.filter((chatId) => world.all(chatId, 'run_claimed').length === 3).length;
    await world.time.runUntil(() => claimed() > 0, { deadlineMs: 10_000 });
    await world.time.advance(10_000);
    expect(claimed()).toBe(1);
    await world.time.runUntil(() => claimed() === chats.length, { deadlineMs: (chats.length - 1) * 25_000 });
    expect(world.violations).toEqual([]);
  });
});
