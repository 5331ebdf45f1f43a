import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld, scriptWith } from './fixtures/desk-world.ts';
import type { CommandBody, World, WorldOptions } from './fixtures/world.ts';

function worldOf(options: Partial<WorldOptions> = {}): World {
  const time = new VirtualClock();
  return deskWorld({ time, ids: seededIds(4, () => time.now()), ...options });
}

async function atRest(world: World): Promise<void> {
  await world.time.advance(20_000);
  expect(world.violations).toEqual([]);
  expect(world.queued()).toEqual([]);
}

/** Milliseconds from the 202 of a command until its event is on the log. */
async function recorded(world: World, chatId: string, body: CommandBody): Promise<number> {
  const commandId = await world.time.run(world.send(chatId, body));
  const accepted = world.time.monotonic();
  await world.time.runUntil(() => world.state(chatId).commandIds.has(commandId), { deadlineMs: 30_000 });
  return world.time.monotonic() - accepted;
}

describe('a command that does not fit', () => {
  it('P5: a stop of a chat that nobody runs is recorded however much was shown', async () => {
    // More than one commit holds, in deltas of less.
    const world = worldOf({
      script: scriptWith({ model: () => ({ text: `${'x'.repeat(30_000)} `.repeat(30), pieceMs: 10, hangs: 'deaf' }) }),
    });
    const owner = await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'message_started');
    await world.time.advance(5000);
    owner.freeze();
    await world.start('b', { maxRuns: 0 });
    await recorded(world, chatId, { kind: 'cancel' });
    const shown = world.log(chatId).flatMap(({ commit }) => commit.deltas ?? []);
    expect(shown.reduce((length, { text }) => length + text.length, 0)).toBeGreaterThan(800_000);
    const [aborted] = world.all(chatId, 'message_aborted');
    expect(aborted).toMatchObject({ reason: 'cancelled', text: expect.stringMatching(/^xxx/) });
    expect(world.types(chatId).at(-1)).toBe('run_cancelled');
    expect(world.parked()).toEqual([]);
  });

  it('P5: a command that can never be recorded is parked, and the next one is recorded', async () => {
    const world = worldOf();
    const { connection } = await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    await world.time.advance(1000);
    const open = connection.log.open.bind(connection.log);
    let refused = 0;
    connection.log.open = (...args) => {
      const appender = open(...args);
      const append = appender.append.bind(appender);
      appender.append = (batch) => {
        const bad = (batch.events ?? []).some((event) => event.type === 'chat_renamed' && event.title === 'Bad');
        if (!bad) return append(batch);
        refused += 1;
        return Promise.reject(new RangeError('the batch alone exceeds the largest commit'));
      };
      return appender;
    };
    await world.time.run(world.send(chatId, { kind: 'rename', title: 'Bad' }));
    await recorded(world, chatId, { kind: 'rename', title: 'Good' });
    expect(refused).toBe(1);
    expect(world.parked()).toEqual([`parked.commands.${chatId}`]);
    await atRest(world);
  });
});

describe('what a step puts on the log and does not fit', () => {
  it('P3: ends the run for a reason, and is not tried by one owner after the other', async () => {
    // Each answer fits into a commit, but all variables together, as they are set, do not.
    const world = worldOf({
      script: scriptWith({ tool: ({ tool }) => ({ ms: 10, set: { [tool.name]: 'x'.repeat(300_000) } }) }),
    });
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use look_up notify' }));
    await world.until(chatId, 'run_failed');
    expect(world.all(chatId, 'tool_response').map(({ ok }) => ok)).toEqual([true, true]);
    expect(world.all(chatId, 'run_failed')).toMatchObject([{ error: { code: 'result_too_large', retryable: false } }]);
    expect(world.all(chatId, 'run_claimed')).toEqual([]);
    expect(world.parked()).toEqual([]);
    await atRest(world);
  });
});

describe('a decision that puts nothing on the log', () => {
  it('is not made over and over: the run is given up, and goes on when it leads somewhere again', async () => {
    const world = worldOf();
    const { connection } = await world.start('a');
    const open = connection.log.open.bind(connection.log);
    let lost = 0;
    connection.log.open = (...args) => {
      const appender = open(...args);
      const append = appender.append.bind(appender);
      appender.append = (batch) => {
        const selects = (batch.events ?? []).some(({ type }) => type === 'speaker_selected');
        if (!selects || lost === 3) return append(batch);
        lost += 1;
        return Promise.resolve({ streamSeq: 0, events: [] });
      };
      return appender;
    };
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed', { deadlineMs: 60_000 });
    expect(lost).toBe(3);
    expect(world.warnings.join('\n')).toMatch(/a chat could not be run.*put nothing on the log/);
    await atRest(world);
  });
});
