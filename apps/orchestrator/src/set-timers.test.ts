import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import type { Clock } from '@colloquy/contracts';
import { timerCommand, timersOf } from '@colloquy/engine';
import {
  clockOf,
  fireAll,
  hasteWorld,
  leftAtRest,
  lateBy,
  loseTimers,
  MINUTE,
  timersOn,
  waiting,
  withoutTimers,
} from './fixtures/haste-world.ts';
import type { Haste } from './fixtures/teams.ts';
import type { World, WorldOptions } from './fixtures/world.ts';

function worldOf(haste: Haste, options: Partial<WorldOptions> = {}): World {
  const time = new VirtualClock();
  return hasteWorld(haste, { time, ids: seededIds(7, () => time.now()), ...options });
}

describe('the expiry of a question (P6)', () => {
  it('T1: is on disk before the question is', async () => {
    let down = true;
    const world = worldOf(
      { expiry: MINUTE },
      withoutTimers(() => down),
    );
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use refund' }));
    await world.time.advance(4000);
    expect(world.types(chatId)).toContain('tool_call');
    expect(world.types(chatId)).not.toContain('input_request');
    down = false;
    await world.until(chatId, 'input_request');
    expect(timersOn(world)).toHaveLength(1);
  });

  it('comes in its time, and the run goes on', async () => {
    const world = worldOf({ expiry: MINUTE });
    await world.start('a');
    const { chatId, dueAt } = await waiting(world);
    expect(timersOn(world)).toHaveLength(1);
    await world.until(chatId, 'run_completed', { deadlineMs: 70_000 });
    expect(lateBy(world, { chatId, type: 'input_response', dueAt })).toBeLessThan(1000);
    expect(world.all(chatId, 'input_response')).toMatchObject([{ by: 'expiry', value: false }]);
    expect(world.ledger).toEqual([]);
    expect(await leftAtRest(world)).toEqual([]);
  });

  it('ends the run where the workflow says so, with nobody to run it', async () => {
    const world = worldOf({ expiry: { ...MINUTE, then: 'end_run' } });
    await world.start('a');
    const { chatId } = await waiting(world);
    await world.time.advance(60_000);
    expect(world.all(chatId, 'run_completed')).toMatchObject([{ reason: { code: 'question_expired' } }]);
    expect(world.all(chatId, 'run_claimed')).toEqual([]);
    expect(await leftAtRest(world)).toEqual([]);
  });

  it('T3: comes after its time when no orchestrator was there, and once', async () => {
    const world = worldOf({ expiry: MINUTE });
    const first = await world.start('a');
    const { chatId } = await waiting(world);
    first.kill();
    await world.time.advance(60 * 60_000);
    expect(world.all(chatId, 'input_response')).toEqual([]);
    await Promise.all(['b', 'c'].map((name) => world.start(name)));
    await world.until(chatId, 'run_completed', { deadlineMs: 10_000 });
    fireAll(world, chatId);
    expect(await leftAtRest(world)).toEqual([]);
    expect(world.all(chatId, 'input_response')).toHaveLength(1);
  });

  it('T2: that fires early, and twice, does not end the question, nor get lost', async () => {
    const world = worldOf({ expiry: MINUTE });
    await Promise.all(['a', 'b'].map((name) => world.start(name)));
    const { chatId, dueAt } = await waiting(world);
    for (let times = 0; times < 4; times++) {
      fireAll(world, chatId);
      fireAll(world, chatId);
      await world.time.advance(5000);
    }
    expect(world.all(chatId, 'input_response')).toEqual([]);
    expect(timersOn(world)).toHaveLength(1);
    await world.until(chatId, 'run_completed', { deadlineMs: 60_000 });
    expect(lateBy(world, { chatId, type: 'input_response', dueAt })).toBeLessThan(1000);
    expect(await leftAtRest(world)).toEqual([]);
    expect(world.all(chatId, 'input_response')).toHaveLength(1);
  });

  it('T2: comes by our clock where the clock of the broker is ahead, and holds up no command', async () => {
    const stored: string[] = [];
    const world = worldOf(
      { expiry: MINUTE },
      { broker: { onStored: (_stream, { subject }) => void stored.push(subject) } },
    );
    const slow: Clock = { ...clockOf(world), now: () => world.time.now() - 7000 };
    await world.start('a', { clock: slow });
    const { chatId, requestId } = await waiting(world);
    // By the broker's clock it is due seven seconds before it is by ours.
    await world.time.runUntil(() => world.time.now() >= due(world, chatId) + 3500);
    expect(stored.filter((subject) => subject === `command.${chatId}`)).toHaveLength(1);
    expect(world.all(chatId, 'input_response')).toEqual([]);
    await world.time.run(world.send(chatId, { kind: 'pin', pinned: true }));
    await world.until(chatId, 'chat_pinned', { deadlineMs: 500 });
    await world.until(chatId, 'input_response', { deadlineMs: 8000 });
    expect(world.all(chatId, 'input_response')).toMatchObject([{ by: 'expiry', requestId }]);
    expect(slow.now() - due(world, chatId)).toBeGreaterThanOrEqual(0);
    expect(slow.now() - due(world, chatId)).toBeLessThan(1000);
    // Set again once, not in a circle.
    expect(stored.filter((subject) => subject === `timer.${chatId}.${requestId}`)).toHaveLength(2);
    expect(await leftAtRest(world)).toEqual([]);
  });

  it('T5: comes in its time beside an orchestrator whose clock is a minute behind: another one decides', async () => {
    const world = worldOf({ expiry: MINUTE });
    await world.start('behind', { skewMs: -60_000, maxRuns: 0 });
    await world.start('a');
    const { chatId, dueAt } = await waiting(world);
    await world.until(chatId, 'input_response', { deadlineMs: 70_000 });
    expect(lateBy(world, { chatId, type: 'input_response', dueAt })).toBeLessThan(3000);
    expect(await leftAtRest(world)).toEqual([]);
  });

  it('T5: is set again by one whose clock is far behind when there is no other, and not in a circle', async () => {
    const stored: string[] = [];
    const world = worldOf(
      { expiry: MINUTE },
      { broker: { onStored: (_stream, { subject }) => void stored.push(subject) } },
    );
    const owner = await world.start('a');
    const { chatId, requestId } = await waiting(world);
    owner.clock.skewMs = -30_000;
    await world.until(chatId, 'input_response', { deadlineMs: 120_000 });
    expect(stored.filter((subject) => subject === `timer.${chatId}.${requestId}`)).toHaveLength(2);
    expect(world.warnings.some((warning) => warning.includes('far behind'))).toBe(true);
    expect(await leftAtRest(world)).toEqual([]);
  });

  it('T3: is taken away with its question: answered, stopped or deleted', async () => {
    for (const kind of ['input', 'cancel', 'delete'] as const) {
      const world = worldOf({ expiry: MINUTE, deadlineMs: 600_000 });
      await world.start('a');
      const { chatId, requestId } = await waiting(world);
      expect(timersOn(world)).toHaveLength(2);
      await world.time.run(world.send(chatId, kind === 'input' ? { kind, requestId, value: true } : { kind }));
      expect(await leftAtRest(world)).toEqual([]);
      expect(world.all(chatId, 'input_response')).toHaveLength(kind === 'input' ? 1 : 0);
    }
  });

  it('T3: finds nothing when it could not be taken away', async () => {
    const world = worldOf({ expiry: MINUTE });
    await world.start('a');
    const { chatId, requestId } = await waiting(world);
    const [timer] = timersOf(world.state(chatId));
    if (timer === undefined) throw new Error('there is no timer');
    await world.time.run(world.send(chatId, { kind: 'input', requestId, value: true }));
    await world.until(chatId, 'run_completed');
    await world.time.advance(1000);
    const { commands } = world.broker.connect('operator');
    const command = timerCommand(chatId, timer);
    await world.time.run(commands.schedule({ id: requestId, at: Date.parse(timer.at), command }));
    await world.time.advance(60_000);
    expect(await leftAtRest(world)).toEqual([]);
    expect(world.all(chatId, 'input_response')).toMatchObject([{ by: 'user-ada', value: true }]);
  });

  it('T4: comes also when its schedule was lost: the watchdog finds the chat, which has no owner', async () => {
    const world = worldOf({ expiry: MINUTE });
    await world.start('a');
    const { chatId, dueAt } = await waiting(world);
    await loseTimers(world);
    await world.time.run(world.persist());
    await world.time.runUntil(() => world.all(chatId, 'input_response').length > 0, { deadlineMs: 120_000 });
    expect(lateBy(world, { chatId, type: 'input_response', dueAt })).toBeLessThan(60_000);
    expect(lateBy(world, { chatId, type: 'input_response', dueAt })).toBeGreaterThan(9000);
    // The store does not know of the answer yet: what it names is looked up in the log.
    await world.time.advance(120_000);
    expect(await leftAtRest(world)).toEqual([]);
    expect(world.all(chatId, 'input_response')).toHaveLength(1);
  });

  it('T4: comes when it fired between its schedule and its question', async () => {
    const world = missed({ expiry: { ...MINUTE, afterMs: 1000 } });
    const chatId = await begunTooLate(world);
    await world.until(chatId, 'input_response', { deadlineMs: 5000 });
    await world.until(chatId, 'run_completed', { deadlineMs: 20_000 });
    expect(await leftAtRest(world)).toEqual([]);
  });
});

function due(world: World, chatId: string): number {
  return Date.parse(world.all(chatId, 'input_request')[0]?.expiresAt ?? '');
}

/** From the moment that a timer is on disk, nothing that `a` writes gets on the log until it is `restored`. */
function missed(haste: Haste): World & { restored?: boolean } {
  let begun = false;
  const world: World & { restored?: boolean } = worldOf(haste, {
    broker: {
      onStored: (_stream, { subject }) => void (begun ||= subject.startsWith('timer.')),
      fault: ({ kind, subject }) =>
        begun && world.restored !== true && kind === 'store' && subject.startsWith('chat.') ? 'lose' : 'none',
    },
  });
  return world;
}

/** A chat whose question comes on the log when its timer has fired, and has found nothing. */
async function begunTooLate(world: World & { restored?: boolean }): Promise<string> {
  const asker = await world.start('a');
  await world.start('b', { maxRuns: 0 });
  const chatId = await world.time.run(world.create({ text: 'use refund' }));
  await world.time.runUntil(() => timersOn(world).length > 0);
  await world.time.advance(100);
  // From now on nobody answers for the chat.
  asker.connection.cut();
  await world.time.advance(4000);
  expect(world.queued().filter((subject) => !subject.startsWith('run.'))).toEqual([]);
  world.restored = true;
  asker.connection.restore();
  return chatId;
}
