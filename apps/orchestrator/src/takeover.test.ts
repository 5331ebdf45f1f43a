import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld, LONG, scriptWith } from './fixtures/desk-world.ts';
import type { World, WorldOptions } from './fixtures/world.ts';

function worldOf(options: Partial<WorldOptions> = {}): World {
  const time = new VirtualClock();
  return deskWorld({ time, ids: seededIds(3, () => time.now()), ...options });
}

async function atRest(world: World): Promise<void> {
  await world.time.advance(20_000);
  expect(world.violations).toEqual([]);
  expect(world.queued()).toEqual([]);
}

/** A chat that `a` runs, with `b` there to take it over. */
async function begun(world: World, text: string): Promise<string> {
  await world.start('a');
  const chatId = await world.time.run(world.create({ text }));
  await world.until(chatId, 'run_started');
  await world.start('b');
  return chatId;
}

/** Kills `a` and says after how many ms the run went on. */
async function killed(world: World, chatId: string): Promise<number> {
  world.processes[0]?.kill();
  const from = world.time.monotonic();
  await world.until(chatId, 'run_claimed', { deadlineMs: 30_000 });
  return world.time.monotonic() - from;
}

describe('P3: the owner is killed', () => {
  it('before the first delta', async () => {
    const world = worldOf();
    const chatId = await begun(world, 'Hello');
    expect(await killed(world, chatId)).toBeLessThan(10_000);
    await world.until(chatId, 'run_completed');
    expect(world.all(chatId, 'message_aborted')).toEqual([]);
    expect(world.all(chatId, 'text')[0]?.text).toBe(LONG);
    await atRest(world);
  });

  it('in mid-stream: what was shown stays, and what it has cost is on the bill', async () => {
    const world = worldOf();
    const chatId = await begun(world, 'Hello');
    await world.until(chatId, 'message_started');
    await world.time.advance(400);
    expect(await killed(world, chatId)).toBeLessThan(10_000);
    await world.until(chatId, 'run_completed');
    const [aborted] = world.all(chatId, 'message_aborted');
    expect(aborted).toMatchObject({ reason: 'crashed', text: expect.stringMatching(/^one two three four/) });
    expect(world.all(chatId, 'usage').map(({ estimated }) => estimated ?? false)).toEqual([true, false]);
    expect(world.all(chatId, 'text')[0]?.text).toBe(LONG);
    await atRest(world);
  });

  it.each([
    ['look_up', 'retry', 2],
    ['notify', 'fail', 1],
  ])('between tool_started and the answer of %s, which says %s', async (tool, _onInterrupted, effects) => {
    const world = worldOf();
    const chatId = await begun(world, `use ${tool}`);
    await world.until(chatId, 'tool_started');
    await world.time.runUntil(() => world.ledger.length === 1);
    expect(await killed(world, chatId)).toBeLessThan(10_000);
    await world.until(chatId, 'run_completed');
    expect(world.ledger.map(({ attempt }) => attempt)).toEqual([1, 2].slice(0, effects));
    expect(world.all(chatId, 'tool_response')).toHaveLength(1);
    await atRest(world);
  });

  it.each([
    [true, 2],
    [false, 1],
  ])('between tool_started and the answer of a tool that asks: the person says %s', async (again, effects) => {
    const world = worldOf();
    const chatId = await begun(world, 'use charge');
    await world.time.runUntil(() => world.ledger.length === 1);
    expect(await killed(world, chatId)).toBeLessThan(10_000);
    await world.until(chatId, 'input_request');
    expect(world.ledger).toHaveLength(1);
    const requestId = world.all(chatId, 'input_request')[0]?.requestId ?? '';
    await world.time.run(world.send(chatId, { kind: 'input', requestId, value: again }));
    await world.until(chatId, 'run_completed');
    expect(world.ledger).toHaveLength(effects);
    await atRest(world);
  });

  it('while a question waits: nobody needs to take anything over', async () => {
    const world = worldOf();
    const chatId = await begun(world, 'use refund');
    await world.until(chatId, 'input_request');
    await world.time.advance(100);
    world.processes[0]?.kill();
    await world.time.advance(20_000);
    expect(world.all(chatId, 'run_claimed')).toEqual([]);
    const requestId = world.all(chatId, 'input_request')[0]?.requestId ?? '';
    await world.time.run(world.send(chatId, { kind: 'input', requestId, value: true }));
    await world.until(chatId, 'run_completed');
    expect(world.ledger).toHaveLength(1);
    await atRest(world);
  });

  it('at every commit of a run with a tool, a handoff and a person', async () => {
    // Creation, and the start of the run, which `begun` waits for.
    const first = 2;
    let kills = 0;
    for (let commits = first; ; commits += 1) {
      const world = worldOf();
      const chatId = await begun(world, 'use look_up notify');
      const ended = (): boolean => world.types(chatId).includes('run_completed');
      await world.time.runUntil(() => world.log(chatId).length >= commits || ended());
      if (ended()) break;
      kills += 1;
      world.processes[0]?.kill();
      const from = world.time.monotonic();
      await world.until(chatId, 'run_completed', { deadlineMs: 30_000 });
      expect(world.time.monotonic() - from).toBeLessThan(12_000);
      await atRest(world);
    }
    expect(kills).toBeGreaterThan(10);
  });
});

describe('P3: the owner is frozen for longer than every timeout', () => {
  it.each([
    ['message_started', 2],
    ['tool_started', 1],
    ['run_completed', 2],
  ] as const)('at %s: when it thaws it is fenced, does nothing, and takes no ticket away', async (type, effects) => {
    const world = worldOf();
    const chatId = await begun(world, 'use charge look_up');
    await world.until(chatId, type);
    world.processes[0]?.freeze();
    await world.time.advance(30_000);
    expect(world.ledger).toHaveLength(effects);
    world.processes[0]?.thaw();
    await world.time.advance(2000);
    expect(world.ledger.filter(({ worker, at }) => worker === 'a' && at > world.time.now() - 2000)).toEqual([]);
    expect(world.ledger).toHaveLength(effects);
    for (const { requestId } of world.all(chatId, 'input_request')) {
      await world.time.run(world.send(chatId, { kind: 'input', requestId, value: false }));
    }
    await world.until(chatId, 'run_completed');
    await atRest(world);
  });

  it('whenever that happens, its run goes on within 10 s: the ticket does not come back to who is frozen', async () => {
    for (let waited = 0; waited < 4000; waited += 200) {
      const world = worldOf({ script: scriptWith({ model: () => ({ text: LONG.repeat(3), pieceMs: 1000 }) }) });
      const chatId = await begun(world, 'Hello');
      await world.until(chatId, 'message_started');
      await world.time.advance(waited);
      // Each takes one, and asks for more: the one that is about to freeze has asked first.
      for (let others = 0; others < 2; others += 1) await world.time.run(world.create());
      await world.time.advance(20);
      world.processes[0]?.freeze();
      await world.until(chatId, 'run_claimed', { deadlineMs: 10_000 });
    }
  });

  it('the old one thaws while the new one gives the run back: nobody acks a ticket on its word', async () => {
    const world = worldOf({ script: scriptWith({ model: () => ({ text: 'bla '.repeat(300) }) }) });
    await world.start('a', { maxRuns: 1 });
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'message_started');
    await world.start('b');
    world.processes[0]?.freeze();
    // Another ticket, so that the new owner holds the run by that one, and acks the one that the old one held.
    await world.time.run(world.ticket(chatId, 'spare'));
    await world.until(chatId, 'run_claimed', { deadlineMs: 10_000 });
    await world.time.runUntil(() => world.queued().length === 1, { deadlineMs: 10_000 });
    const [, b] = world.processes;
    if (b !== undefined) await world.time.run(b.drain());
    expect(world.types(chatId).at(-1)).toBe('run_released');
    await world.start('c');
    await world.time.advance(300);
    world.processes[0]?.thaw();
    await world.until(chatId, 'run_claimed', { count: 2, deadlineMs: 20_000 });
    await world.until(chatId, 'run_completed', { deadlineMs: 60_000 });
    await atRest(world);
  });

  it('the new owner is killed in the moment in which the old one thaws: its ticket is still there', async () => {
    const world = worldOf({ script: scriptWith({ model: () => ({ text: LONG.repeat(3), pieceMs: 1000 }) }) });
    const chatId = await begun(world, 'Hello');
    await world.until(chatId, 'message_started');
    world.processes[0]?.freeze();
    await world.until(chatId, 'run_claimed');
    world.processes[0]?.thaw();
    world.processes[1]?.kill();
    await world.until(chatId, 'run_claimed', { count: 2, deadlineMs: 12_000 });
    await world.until(chatId, 'run_completed');
    await atRest(world);
  });
});

describe('a run that cannot go on', () => {
  it('P3: a step that hangs for longer than it may is given up, and its run goes on elsewhere', async () => {
    const world = worldOf({
      script: scriptWith({ model: (_, call) => (call === 0 ? { text: 'Hm', hangs: 'deaf' } : undefined) }),
    });
    await world.start('a', { stallLimitMs: 5000 });
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed', { deadlineMs: 30_000 });
    expect(world.all(chatId, 'message_aborted')).toMatchObject([{ reason: 'crashed', text: 'Hm' }]);
    await atRest(world);
    expect(world.processes[0]?.active).toBe(0);
  });

  it.each([
    ['before', ''],
    ['in the middle of', 'Hm'],
  ])(
    'P7: is claimed five times in a row %s an answer, then fails for good, and its ticket is parked',
    async (_, text) => {
      const world = worldOf({ script: scriptWith({ model: () => ({ text, hangs: 'deaf' }) }) });
      const chatId = await world.time.run(world.create());
      for (let i = 0; i < 5; i += 1) {
        const victim = await world.start(`victim-${String(i)}`);
        const begins = i === 0 ? 'speaker_selected' : 'run_claimed';
        await world.until(chatId, begins, { count: Math.max(1, i) });
        await world.time.advance(500);
        victim.kill();
      }
      await world.time.run(world.say(chatId, 'Still there?'));
      await world.start('last');
      await world.until(chatId, 'run_failed');
      expect(world.all(chatId, 'run_failed')[0]?.error.code).toBe('too_many_attempts');
      expect(world.all(chatId, 'run_claimed').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
      expect(world.all(chatId, 'message_started')).toHaveLength(text === '' ? 0 : 5);
      await world.until(chatId, 'run_started', { count: 2 });
      expect(world.parked()).toEqual([`parked.runs.${chatId}`]);
      expect(world.violations).toEqual([]);
    },
  );

  it('goes on with the definition of the files when the broker has lost it and they still say the same', async () => {
    const world = worldOf();
    const chatId = await begun(world, 'Hello');
    const lost = world.processes[1]?.connection.workflows;
    if (lost) lost.get = () => Promise.resolve(undefined);
    await killed(world, chatId);
    await world.until(chatId, 'run_completed');
    expect(world.all(chatId, 'run_failed')).toEqual([]);
    await atRest(world);
  });

  it('ends with words for the person when its definition is gone', async () => {
    const world = worldOf();
    const chatId = await begun(world, 'Hello');
    const gone = world.processes[1]?.connection.workflows;
    if (gone) gone.get = () => Promise.resolve(undefined);
    world.workflows.clear();
    await killed(world, chatId);
    await world.until(chatId, 'run_failed');
    expect(world.all(chatId, 'run_failed')[0]?.error).toMatchObject({ code: 'definition_missing' });
    await atRest(world);
  });
});

describe('the watchdog', () => {
  it('P2: finds a chat whose gateway died between its two publishes', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create({ dies: true }));
    await world.persist();
    await world.time.advance(30_000);
    expect(world.types(chatId)).toHaveLength(2);
    await world.until(chatId, 'run_completed', { deadlineMs: 120_000 });
    await atRest(world);
  });

  it('P2: wakes the others when the ticket of one cannot be published', async () => {
    const world = worldOf();
    const { connection } = await world.start('a');
    const [one, two] = [
      await world.time.run(world.create({ dies: true })),
      await world.time.run(world.create({ dies: true })),
    ];
    await world.persist();
    const publish = connection.tickets.publish.bind(connection.tickets);
    const [first] = await world.time.run(world.store.notAtRest({ before: world.time.now() + 1, limit: 1 }));
    connection.tickets.publish = (ticket, ...rest) =>
      ticket.chatId === first?.chatId ? Promise.reject(new Error('the broker is away')) : publish(ticket, ...rest);
    const other = first?.chatId === one ? two : one;
    await world.until(other, 'run_completed', { deadlineMs: 120_000 });
    connection.tickets.publish = publish;
    await world.until(first?.chatId ?? '', 'run_completed', { deadlineMs: 120_000 });
    await atRest(world);
  });
});
