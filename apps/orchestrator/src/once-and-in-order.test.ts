/** What is recorded once, in order and not lost, whatever is late, lost or delivered again. */
import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld } from './fixtures/desk-world.ts';
import type { World, WorldOptions } from './fixtures/world.ts';

function worldOf(options: Partial<WorldOptions> = {}): World {
  const time = new VirtualClock();
  return deskWorld({ time, ids: seededIds(5, () => time.now()), ...options });
}

/** A chat that `a` has answered; `a` is gone. */
async function answered(world: World): Promise<string> {
  const first = await world.start('first');
  const chatId = await world.time.run(world.create());
  await world.until(chatId, 'run_completed');
  await world.time.advance(1000);
  await world.time.run(first.drain());
  return chatId;
}

describe('P2: once and in order', () => {
  it('commands are recorded in the order of their 202s, also when the first must be tried again', async () => {
    let lost = 0;
    const world = worldOf({
      broker: {
        fault: ({ kind, connection }) => (connection === 'a' && kind === 'request' && lost++ === 0 ? 'lose' : 'none'),
      },
    });
    const chatId = await answered(world);
    await world.start('a');
    for (const title of ['one', 'two', 'three']) await world.time.run(world.send(chatId, { kind: 'rename', title }));
    await world.time.runUntil(() => world.queued().length === 0, { deadlineMs: 30_000 });
    expect(lost).toBeGreaterThan(1);
    expect(world.all(chatId, 'chat_renamed').map(({ title }) => title)).toEqual(['Hello', 'one', 'two', 'three']);
  });

  it('a command that was recorded and whose ticket is lost wakes its chat when it comes again', async () => {
    const world: World = worldOf({
      broker: {
        fault: ({ kind, connection, subject }) => {
          if (connection !== 'a' || kind !== 'store' || !subject.startsWith('run.')) return 'none';
          world.processes.at(-1)?.kill();
          return 'lose';
        },
      },
    });
    const chatId = await answered(world);
    const victim = await world.start('a');
    await world.time.run(world.say(chatId, 'And?'));
    await world.time.runUntil(() => !victim.alive);
    expect(world.all(chatId, 'user_message')).toHaveLength(2);
    await world.start('b');
    await world.until(chatId, 'run_completed', { count: 2, deadlineMs: 30_000 });
    expect(world.all(chatId, 'user_message')).toHaveLength(2);
  });

  it('a second wake-up is not taken for the first one', async () => {
    let lost = 0;
    const world = worldOf({
      broker: {
        fault: ({ kind, connection, subject }) =>
          connection === 'a' && kind === 'ack' && subject.startsWith('command.') && lost++ === 0 ? 'lose' : 'none',
      },
    });
    const chatId = await answered(world);
    await world.start('a', { maxRuns: 0 });
    await world.time.run(world.say(chatId, 'And?'));
    // Somebody takes the first ticket and loses it, while the ack of the command does not arrive.
    const [ticket] = await world.time.run(world.broker.connect('thief').tickets.pull({ count: 1, waitMs: 5000 }));
    await world.time.run(ticket?.ack() ?? Promise.resolve());
    await world.time.advance(30_000);
    expect(lost).toBeGreaterThan(1);
    expect(world.queued()).toEqual([`run.${chatId}`]);
  });

  it('a replica that lags does not make a chat look at rest', async () => {
    const world = worldOf({ broker: { replicaLagMs: 500 } });
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed', { deadlineMs: 30_000 });
  });

  it('a message that comes at any moment around the end of a run is taken up', async () => {
    const broker = { latencyMs: () => 20 };
    const quiet = worldOf({ broker });
    await quiet.start('a');
    const alone = await quiet.time.run(quiet.create());
    await quiet.until(alone, 'run_completed');
    const end = quiet.time.monotonic();
    for (let before = -100; before <= 300; before += 10) {
      const world = worldOf({ broker });
      await world.start('a');
      const chatId = await world.time.run(world.create());
      await world.time.advance(end - before - world.time.monotonic());
      await world.time.run(world.say(chatId, 'And?'));
      // Nobody else would wake it: no watchdog can see the chat.
      await world.until(chatId, 'run_completed', { count: 2, deadlineMs: 20_000 });
    }
  });
});
