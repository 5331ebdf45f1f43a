import { seededIds, VirtualClock } from '@colloquy/testing';
import { describe, expect, it } from '@jest/globals';
import { deskWorld, scriptWith } from './fixtures/desk-world.ts';
import type { World, WorldOptions } from './fixtures/world.ts';
import type { Meters } from './ports.ts';

/** Counts for all processes of a world. */
function counting() {
  const counted = { takeovers: 0, releases: 0, firstCalls: [] as number[] };
  const meters: Meters = {
    runStarted: () => undefined,
    firstCall: (ms) => counted.firstCalls.push(ms),
    takeover: () => (counted.takeovers += 1),
    fenced: () => undefined,
    released: () => (counted.releases += 1),
    stuck: () => undefined,
    commandRecorded: () => undefined,
    stepTook: () => undefined,
  };
  return { counted, meters };
}

async function begun(of: { text: string; workflow?: string }, options: Partial<WorldOptions> = {}) {
  const time = new VirtualClock();
  const world = deskWorld({ time, ids: seededIds(9, () => time.now()), ...options });
  const { counted, meters } = counting();
  const first = await world.start('a', { meters });
  const chatId = await world.time.run(world.create(of));
  await world.until(chatId, 'run_started');
  await world.start('b', { meters });
  return { world, chatId, counted, first };
}

async function answered(world: World, chatId: string): Promise<void> {
  await world.until(chatId, 'input_request');
  await world.time.advance(20_000);
  const requestId = world.all(chatId, 'input_request')[0]?.requestId ?? '';
  await world.time.run(world.send(chatId, { kind: 'input', requestId, value: 'Yes' }));
  await world.until(chatId, 'run_completed');
}

describe('takeovers that are counted', () => {
  it('P6: a question that is answered is none', async () => {
    const { world, chatId, counted } = await begun({ text: 'ask' });
    await answered(world, chatId);
    expect(world.all(chatId, 'run_claimed')).toHaveLength(1);
    expect(counted.takeovers).toBe(0);
  });

  it('P8: a run that was given back at a drain is none', async () => {
    const { world, chatId, counted, first } = await begun({ text: 'use look_up' });
    await world.until(chatId, 'message_started');
    await world.time.run(first.drain());
    await world.until(chatId, 'run_completed');
    expect(world.all(chatId, 'run_claimed')).toHaveLength(1);
    expect(counted).toMatchObject({ takeovers: 0, releases: 1 });
  });

  it('P3: a run whose owner was killed is one', async () => {
    const { world, chatId, counted, first } = await begun({ text: 'use look_up' });
    await world.until(chatId, 'message_started');
    first.kill();
    await world.until(chatId, 'run_completed');
    expect(counted.takeovers).toBe(1);
  });
});

describe('the time to the first model call', () => {
  it('is counted once a run, however many calls there are at once', async () => {
    const { world, chatId, counted } = await begun({ text: 'hand look', workflow: 'research-team' });
    await world.until(chatId, 'run_completed', { count: 4, deadlineMs: 120_000 });
    expect(counted.firstCalls).toHaveLength(1);
    expect(counted.firstCalls[0]).toBeLessThan(1000);
    await world.time.run(world.say(chatId, 'Hello'));
    await world.until(chatId, 'run_completed', { count: 5 });
    expect(counted.firstCalls).toHaveLength(2);
  });

  it('is not counted again by who takes the run over before anything was used', async () => {
    const { world, chatId, counted, first } = await begun(
      { text: 'Hello' },
      { script: scriptWith({ model: (_, call) => (call === 0 ? { text: '', hangs: 'deaf' } : undefined) }) },
    );
    await world.until(chatId, 'speaker_selected');
    await world.time.advance(1000);
    first.kill();
    await world.until(chatId, 'run_completed');
    expect(counted.firstCalls).toHaveLength(1);
  });
});
