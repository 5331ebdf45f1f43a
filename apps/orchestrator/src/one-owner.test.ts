/** One orchestrator at a time runs a chat, and its ticket is held by who runs it. */
import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld, LONG, scriptWith } from './fixtures/desk-world.ts';
import type { World, WorldOptions } from './fixtures/world.ts';

/** Ten words that take a quarter of a minute. */
const SLOW = scriptWith({ model: () => ({ text: LONG, pieceMs: 1500 }) });

const unprovisioned = new WeakSet<World>();

function worldOf(options: Partial<WorldOptions> = {}): World {
  const time = new VirtualClock();
  return deskWorld({ time, ids: seededIds(6, () => time.now()), script: SLOW, ...options });
}

async function begun(world: World): Promise<string> {
  await world.start('a', { maxRuns: 1 });
  const chatId = await world.time.run(world.create());
  await world.until(chatId, 'message_started');
  return chatId;
}

/** A run of `a` in mid-stream. As long as its log is not provisioned, `a` learns nothing of it. */
async function runs(maxRuns: number, others: readonly string[]) {
  const world = worldOf({
    broker: {
      fault: ({ kind, connection, subject }) =>
        unprovisioned.has(world) && connection === 'a' && kind !== 'pull' && subject.startsWith('chat.')
          ? 'lose'
          : 'none',
    },
  });
  await world.start('a', { maxRuns });
  const chatId = await world.time.run(world.create());
  await world.until(chatId, 'message_started');
  for (const name of others) await world.start(name);
  await world.time.advance(200);
  return { world, chatId };
}

/** The broker loses its data, and an operator puts back what MongoDB has of a chat; at last its ticket. */
async function lostAndPutBack(
  world: World,
  { chatId, kept, meanwhile }: { chatId: string; kept: readonly ChatEvent[]; meanwhile?: () => Promise<unknown> },
): Promise<void> {
  unprovisioned.add(world);
  world.broker.lose(100);
  await world.time.advance(200);
  const operator = world.broker.connect('operator');
  await world.time.run(operator.log.restore(chatId, kept, 0));
  await meanwhile?.();
  unprovisioned.delete(world);
  await world.time.run(world.ticket(chatId, 'restore'));
}

describe('P3: one owner', () => {
  it('a ticket that comes again to the one who runs its chat stays with it', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'message_started');
    world.processes[0]?.freeze();
    await world.time.advance(8000);
    world.processes[0]?.thaw();
    await world.time.advance(1000);
    expect(world.queued()).toEqual([`run.${chatId}`]);
    world.processes[0]?.kill();
    await world.start('b');
    await world.until(chatId, 'run_completed', { deadlineMs: 60_000 });
    expect(world.violations).toEqual([]);
  });

  it('a ticket that comes to another one while its owner runs stays with the owner', async () => {
    let late = true;
    const world = worldOf({
      broker: { fault: ({ kind, connection }) => (late && kind === 'ack' && connection === 'a' ? 'lose' : 'none') },
    });
    const chatId = await begun(world);
    await world.start('b');
    await world.time.advance(8000);
    late = false;
    expect(world.queued()).toEqual([`run.${chatId}`]);
    world.processes[0]?.kill();
    await world.until(chatId, 'run_claimed', { deadlineMs: 10_000 });
    await world.until(chatId, 'run_completed');
  });

  it('who was fenced off stops at once, also in the middle of a tool', async () => {
    const world = worldOf({ script: scriptWith({ tool: () => ({ ms: 60_000 }) }) });
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use charge' }));
    await world.until(chatId, 'tool_started');
    await world.start('b');
    await world.time.advance(100);
    world.processes[0]?.freeze();
    await world.until(chatId, 'run_claimed');
    world.processes[0]?.thaw();
    await world.time.advance(1000);
    expect(world.processes[0]?.active).toBe(0);
  });

  it('a spare ticket takes nothing away from who runs the chat', async () => {
    const world = worldOf();
    const chatId = await begun(world);
    await world.start('b');
    await world.time.run(world.ticket(chatId, 'spare'));
    await world.until(chatId, 'run_completed');
    expect(world.all(chatId, 'run_claimed')).toEqual([]);
    await world.time.advance(20_000);
    expect(world.queued()).toEqual([]);
  });

  async function goesOn(maxRuns: number, others: readonly string[]): Promise<void> {
    const { world, chatId } = await runs(maxRuns, others);
    await lostAndPutBack(world, { chatId, kept: world.events(chatId) });
    await world.until(chatId, 'run_claimed', { deadlineMs: 2000 });
    await world.until(chatId, 'run_completed', { deadlineMs: 30_000 });
    await world.time.advance(20_000);
    expect([...world.violations, ...world.queued()]).toEqual([]);
  }

  it('the ticket of a log that was lost and put back at once is not acked by who ran it before', () => goesOn(2, []));

  it('nor by another one, on its word', () => goesOn(1, ['b']));

  it('a command that was lost with the log is not answered from memory when it is sent again', async () => {
    const { world, chatId } = await runs(2, []);
    const kept = world.events(chatId);
    const rename = { kind: 'rename', title: 'Kept' } as const;
    const commandId = await world.time.run(world.send(chatId, rename));
    await world.until(chatId, 'chat_renamed');
    await world.time.advance(10);
    const meanwhile = async (): Promise<void> => {
      await world.time.run(world.send(chatId, rename, { commandId }));
      await world.time.advance(500);
    };
    await lostAndPutBack(world, { chatId, kept, meanwhile });
    await world.until(chatId, 'run_completed', { deadlineMs: 30_000 });
    const recorded = world.all(chatId, 'chat_renamed').map((event) => event.commandId);
    expect(recorded.filter((id) => id === commandId)).toHaveLength(2);
  });

  it('an owner whose question to the leader takes long says so in time, and keeps its run', async () => {
    let slow = false;
    const world = worldOf({
      broker: {
        fault: ({ kind, connection, subject }) =>
          slow && connection === 'a' && kind === 'read' && subject !== 'flush' ? 'lose' : 'none',
      },
      script: scriptWith({ model: () => ({ text: LONG, pieceMs: 6000 }) }),
    });
    const chatId = await begun(world);
    await world.start('b');
    await world.time.advance(4000);
    slow = true;
    await world.time.run(world.ticket(chatId, 'spare'));
    await world.time.advance(5000);
    slow = false;
    await world.until(chatId, 'run_completed', { deadlineMs: 90_000 });
    expect(world.all(chatId, 'run_claimed')).toEqual([]);
    await world.time.advance(20_000);
    expect(world.queued()).toEqual([]);
  });

  it('who asks itself for its chat does not hold a slot while the leader does not answer', async () => {
    let slow = false;
    const world = worldOf({
      broker: {
        fault: ({ kind, connection, subject }) =>
          slow && connection === 'a' && kind === 'read' && subject.startsWith('chat.') ? 'lose' : 'none',
      },
      script: scriptWith({ model: () => ({ text: LONG, pieceMs: 6000 }) }),
    });
    await world.start('a', { maxRuns: 2 });
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'message_started');
    await world.time.advance(4000);
    slow = true;
    await world.time.run(world.ticket(chatId, 'spare'));
    await world.time.advance(1000);
    slow = false;
    const other = await world.time.run(world.create());
    await world.until(other, 'run_started', { deadlineMs: 1000 });
    await world.until(chatId, 'run_completed', { deadlineMs: 90_000 });
    expect(world.all(chatId, 'run_claimed')).toEqual([]);
  });

  it('a ticket in flight is extended while its run moves: nobody else is asked to take it', async () => {
    let asked = 0;
    const world = worldOf({
      broker: {
        fault: ({ kind, connection }) => {
          if (kind === 'request' && connection === 'b') asked += 1;
          return 'none';
        },
      },
    });
    const chatId = await begun(world);
    await world.start('b');
    await world.until(chatId, 'run_completed');
    expect(asked).toBe(0);
  });
});
