import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld, LONG, scriptWith } from './fixtures/desk-world.ts';
import type { World, WorldOptions } from './fixtures/world.ts';

function worldOf(options: Partial<WorldOptions> = {}): World {
  const time = new VirtualClock();
  return deskWorld({ time, ids: seededIds(4, () => time.now()), ...options });
}

async function atRest(world: World): Promise<void> {
  await world.time.advance(20_000);
  expect(world.violations).toEqual([]);
  expect(world.queued()).toEqual([]);
}

async function begun(world: World, text: string): Promise<string> {
  await world.start('a');
  const chatId = await world.time.run(world.create({ text }));
  await world.until(chatId, 'run_started');
  await world.start('b');
  return chatId;
}

/** Drains `a`; gives how long it took in ms. */
async function drained(world: World): Promise<number> {
  const from = world.time.monotonic();
  await world.time.run(world.processes[0]?.drain() ?? Promise.resolve());
  return world.time.monotonic() - from;
}

describe('a drain', () => {
  it('P8: lets a reply end, releases the run at the step boundary, and another takes over at once', async () => {
    const world = worldOf();
    const chatId = await begun(world, 'use look_up');
    await world.until(chatId, 'message_started');
    expect(await drained(world)).toBeLessThan(3000);
    await world.until(chatId, 'run_claimed', { deadlineMs: 1000 });
    await world.until(chatId, 'run_completed');
    expect(world.all(chatId, 'run_released')).toMatchObject([{ worker: 'a', reason: 'drain' }]);
    expect(world.all(chatId, 'message_aborted')).toEqual([]);
    await atRest(world);
  });

  it('P8: cuts off a reply that is too long, keeps what was shown, and ends in time', async () => {
    const world = worldOf({
      script: scriptWith({ model: (_, call) => (call === 0 ? { text: LONG.repeat(50) } : undefined) }),
    });
    const chatId = await begun(world, 'Hello');
    await world.until(chatId, 'message_started');
    expect(await drained(world)).toBeLessThanOrEqual(10_000);
    await world.until(chatId, 'run_completed', { deadlineMs: 5000 });
    expect(world.all(chatId, 'message_aborted')).toMatchObject(
      [{ reason: 'handed_over', text: /^one two/ }].map(({ reason }) => ({
        reason,
        text: expect.stringMatching(/^one two/),
      })),
    );
    expect(world.all(chatId, 'usage')).toMatchObject([{ estimated: true, promptTokens: 10 }, { promptTokens: 10 }]);
    expect(world.all(chatId, 'usage').map(({ estimated }) => estimated ?? false)).toEqual([true, false]);
    await atRest(world);
  });

  it('P3: leaves a tool that it cuts off to what the tool says of interruptions', async () => {
    const world = worldOf({ script: scriptWith({ tool: () => ({ ms: 60_000 }) }) });
    const chatId = await begun(world, 'use charge');
    await world.until(chatId, 'tool_started');
    expect(await drained(world)).toBeLessThanOrEqual(10_000);
    await world.until(chatId, 'input_request', { deadlineMs: 5000 });
    expect(world.ledger).toHaveLength(1);
    await atRest(world);
  });

  it('P8: ends in time also when an effect is deaf or the broker is away', async () => {
    const deaf = worldOf({
      script: scriptWith({ model: (_, call) => (call === 0 ? { text: 'Hm', hangs: 'deaf' } : undefined) }),
    });
    const chatId = await begun(deaf, 'Hello');
    await deaf.until(chatId, 'message_started');
    expect(await drained(deaf)).toBeLessThanOrEqual(10_000);
    await deaf.until(chatId, 'run_completed', { deadlineMs: 15_000 });
    await atRest(deaf);

    const away = worldOf();
    const other = await begun(away, 'Hello');
    await away.until(other, 'message_started');
    away.processes[0]?.connection.cut();
    expect(await drained(away)).toBeLessThanOrEqual(12_000);
    await away.until(other, 'run_completed', { deadlineMs: 15_000 });
    await atRest(away);
  });

  it.each(['look_up', 'nothing'])(
    'P3: ten deploys in a row in one long step (%s) neither end the run nor its call',
    async (tool) => {
      const world = worldOf({
        script: scriptWith({
          model: ({ messages }) => (messages.at(-1)?.content === 'Hello' ? { text: LONG.repeat(50) } : undefined),
          tool: () => ({ ms: 60_000 }),
        }),
      });
      await world.start('a', { drainMs: 1000 });
      const chatId = await world.time.run(world.create({ text: tool === 'look_up' ? 'use look_up' : 'Hello' }));
      await world.until(chatId, tool === 'look_up' ? 'tool_started' : 'message_started');
      for (let deploys = 1; deploys <= 10; deploys += 1) {
        await world.start(`next-${String(deploys)}`, { drainMs: 1000 });
        await world.time.run(world.processes[deploys - 1]?.drain() ?? Promise.resolve());
        await world.until(chatId, 'run_claimed', { count: deploys, deadlineMs: 1000 });
        await world.time.advance(200);
      }
      expect(world.all(chatId, 'run_claimed').map(({ attempt }) => attempt)).toEqual(Array(10).fill(1));
      await world.until(chatId, 'run_completed', { deadlineMs: 120_000 });
      expect(world.all(chatId, 'tool_response').every(({ ok }) => ok)).toBe(true);
      await atRest(world);
    },
  );

  it('P8: does not wait for a model to be tried again', async () => {
    const failure = { code: 'rate_limited', message: 'Later.', retryable: true };
    const world = worldOf({
      script: scriptWith({ model: (_, call) => (call === 0 ? { fails: { after: 0, failure } } : undefined) }),
    });
    const chatId = await begun(world, 'Hello');
    await world.time.runUntil(() => world.calls === 1);
    expect(await drained(world)).toBeLessThan(200);
    await world.until(chatId, 'run_completed');
    await atRest(world);
  });

  it('P5: records a stop while it waits for a step to end', async () => {
    const world = worldOf({ script: scriptWith({ model: () => ({ text: LONG.repeat(50) }) }) });
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'message_started');
    const draining = drained(world);
    await world.time.advance(1000);
    await world.time.run(world.send(chatId, { kind: 'cancel' }));
    await world.until(chatId, 'run_cancelled', { deadlineMs: 1000 });
    expect(await world.time.run(draining)).toBeLessThan(3000);
    expect(world.queued()).toEqual([]);
  });

  it('P2: gives tickets back that it has only just pulled', async () => {
    const world = worldOf({ broker: { latencyMs: () => 20 } });
    await world.start('a', { maxRuns: 50 });
    const creating = Promise.all(Array.from({ length: 20 }, () => world.create()));
    await world.time.advance(90);
    const draining = drained(world);
    const chats = await world.time.run(creating);
    await world.time.run(draining);
    await world.start('b', { maxRuns: 50 });
    await world.time.runUntil(() => chats.every((chatId) => world.all(chatId, 'run_completed').length === 1), {
      deadlineMs: 20_000,
    });
    await atRest(world);
  });
});
