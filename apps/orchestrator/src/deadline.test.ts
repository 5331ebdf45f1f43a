import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { timerCommand } from '@colloquy/engine';
import { scriptWith } from './fixtures/desk-world.ts';
import {
  fireAll,
  hanging,
  hangs,
  hasteWorld,
  leftAtRest,
  lateBy,
  loseTimers,
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

describe('the deadline of a run', () => {
  it('T1: is on disk before the run begins', async () => {
    let down = true;
    const world = worldOf(
      { deadlineMs: 60_000 },
      withoutTimers(() => down),
    );
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.time.advance(3000);
    expect(world.types(chatId)).not.toContain('run_started');
    down = false;
    await world.until(chatId, 'run_completed', { deadlineMs: 20_000 });
    expect(world.all(chatId, 'run_completed')).toMatchObject([{ reason: { code: 'handoff_terminate' } }]);
    expect(await leftAtRest(world)).toEqual([]);
  });

  it('ends a model call that hangs within a second, and keeps and counts what was said', async () => {
    const world = worldOf({ deadlineMs: 10_000 }, { script: hanging });
    await world.start('a');
    const { chatId, dueAt } = await hangs(world);
    await world.until(chatId, 'run_completed', { deadlineMs: 12_000 });
    expect(lateBy(world, { chatId, type: 'run_completed', dueAt })).toBeLessThan(1000);
    expect(lateBy(world, { chatId, type: 'run_completed', dueAt })).toBeGreaterThanOrEqual(0);
    expect(world.types(chatId).slice(-3)).toEqual(['message_aborted', 'usage', 'run_completed']);
    expect(world.all(chatId, 'message_aborted')).toMatchObject([{ text: 'Well, then' }]);
    expect(world.all(chatId, 'run_completed')).toMatchObject([{ reason: { code: 'deadline' } }]);
    expect(await leftAtRest(world)).toEqual([]);
    expect(world.processes.map(({ active }) => active)).toEqual([0]);
  });

  it('ends a tool that runs, and lets a message that waited begin a run', async () => {
    const script = scriptWith({ tool: () => ({ hangs: 'until_aborted' }) });
    const world = worldOf({ deadlineMs: 10_000 }, { script });
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use look_up' }));
    await world.until(chatId, 'tool_started');
    await world.time.run(world.say(chatId, 'Hello?'));
    await world.until(chatId, 'run_completed', { count: 2, deadlineMs: 30_000 });
    expect(world.all(chatId, 'tool_response')).toMatchObject([{ ok: false, error: { code: 'deadline' } }]);
    expect(world.all(chatId, 'run_completed').map(({ reason }) => reason.code)).toEqual([
      'deadline',
      'handoff_terminate',
    ]);
    expect(await leftAtRest(world)).toEqual([]);
  });

  it('counts the time in which it waits for a person', async () => {
    const world = worldOf({ deadlineMs: 30_000 });
    await world.start('a');
    const { chatId } = await waiting(world);
    await world.time.advance(30_000);
    expect(world.all(chatId, 'run_completed')).toMatchObject([{ reason: { code: 'deadline' } }]);
    const [requestId = ''] = world.all(chatId, 'input_request').map((request) => request.requestId);
    await world.time.run(world.send(chatId, { kind: 'input', requestId, value: true }));
    expect(await leftAtRest(world)).toEqual([]);
    expect(world.all(chatId, 'command_rejected')).toMatchObject([{ code: 'request_not_pending' }]);
    expect(world.ledger).toEqual([]);
  });

  it('comes in a second also when the owner hangs', async () => {
    const world = worldOf({ deadlineMs: 10_000 }, { script: hanging });
    const owner = await world.start('a');
    const { chatId, dueAt } = await hangs(world);
    await world.start('b', { maxRuns: 0 });
    await world.time.runUntil(() => world.time.now() > dueAt - 1500);
    owner.freeze();
    await world.until(chatId, 'run_completed', { deadlineMs: 10_000 });
    // Commands that the frozen one has asked for come to the other one when their time with it is up.
    expect(lateBy(world, { chatId, type: 'run_completed', dueAt })).toBeLessThan(4000);
    owner.thaw();
    expect(await leftAtRest(world)).toEqual([]);
    expect(world.all(chatId, 'run_completed')).toHaveLength(1);
    expect(world.all(chatId, 'message_aborted')).toMatchObject([{ text: 'Well, then' }]);
  });

  it('T3: comes once when everything was down, and the run that was cut off does not go on', async () => {
    const world = worldOf({ deadlineMs: 10_000 }, { script: hanging });
    const owner = await world.start('a');
    const { chatId } = await hangs(world);
    owner.kill();
    await world.time.advance(60_000);
    await Promise.all(['b', 'c'].map((name) => world.start(name)));
    await world.until(chatId, 'run_completed', { deadlineMs: 10_000 });
    fireAll(world, chatId);
    expect(await leftAtRest(world)).toEqual([]);
    expect(world.all(chatId, 'run_completed')).toMatchObject([{ reason: { code: 'deadline' } }]);
    expect(world.all(chatId, 'message_aborted')).toMatchObject([{ text: 'Well, then' }]);
  });

  it('T1: is set again at a claim', async () => {
    const world = worldOf({ deadlineMs: 30_000 }, { script: hanging });
    const owner = await world.start('a');
    const { chatId, dueAt } = await hangs(world);
    await loseTimers(world);
    owner.kill();
    await world.start('b');
    await world.until(chatId, 'run_claimed', { deadlineMs: 10_000 });
    expect(timersOn(world)).toHaveLength(1);
    await world.until(chatId, 'run_completed', { deadlineMs: 40_000 });
    expect(lateBy(world, { chatId, type: 'run_completed', dueAt })).toBeLessThan(1000);
    expect(await leftAtRest(world)).toEqual([]);
  });

  it('T4: comes when it fired between its schedule and the beginning of its run, which the log has as later', async () => {
    let [stored, slow] = [false, false];
    const world = worldOf(
      { deadlineMs: 200 },
      {
        script: hanging,
        broker: {
          onStored: (_stream, { subject }) => {
            if (!stored && subject.startsWith('timer.')) stored = slow = true;
          },
          // The word that the timer is on disk takes its time; what it fires finds no run.
          latencyMs: () => {
            const ms = slow ? 1800 : 0.2;
            slow = false;
            return ms;
          },
        },
      },
    );
    await world.start('b', { maxRuns: 0 });
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'hang' }));
    await world.until(chatId, 'run_started');
    const [run] = world.all(chatId, 'run_started');
    expect(Date.parse(run?.at ?? '')).toBeGreaterThan(Date.parse(run?.deadlineAt ?? ''));
    await world.until(chatId, 'run_completed', { deadlineMs: 5000 });
    expect(world.all(chatId, 'run_completed')).toMatchObject([{ reason: { code: 'deadline' } }]);
    expect(await leftAtRest(world)).toEqual([]);
  });

  it('T4: comes also when its schedule was lost in mid-run', async () => {
    const world = worldOf({ deadlineMs: 10_000 }, { script: hanging });
    await world.start('a');
    const { chatId, dueAt } = await hangs(world);
    await loseTimers(world);
    await world.time.run(world.persist());
    await world.until(chatId, 'run_completed', { deadlineMs: 80_000 });
    expect(lateBy(world, { chatId, type: 'run_completed', dueAt })).toBeLessThan(60_000);
    expect(await leftAtRest(world)).toEqual([]);
  });

  it('T3: of a run that has ended does nothing to the next one', async () => {
    const world = worldOf({ deadlineMs: 60_000 }, { script: hanging });
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_started');
    const [run] = world.all(chatId, 'run_started');
    await world.until(chatId, 'run_completed');
    await world.time.run(world.say(chatId, 'hang'));
    await world.until(chatId, 'run_started', { count: 2 });
    await world.time.advance(50_000);
    const old = { id: run?.runId ?? '', kind: 'deadline', at: run?.deadlineAt ?? '' } as const;
    await world.time.runUntil(() => world.time.now() > Date.parse(old.at));
    world.broker.inject(`command.${chatId}`, JSON.stringify(timerCommand(chatId, old)));
    await world.time.advance(1000);
    expect(world.all(chatId, 'run_completed')).toHaveLength(1);
    await world.until(chatId, 'run_completed', { count: 2, deadlineMs: 60_000 });
    expect(await leftAtRest(world)).toEqual([]);
  });
});
