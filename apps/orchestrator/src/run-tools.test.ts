import type { ToolDefinition } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { describe, expect, it } from '@jest/globals';
import { deskWorld, scriptWith } from './fixtures/desk-world.ts';
import { assistant, supportDesk } from './fixtures/teams.ts';
import type { World } from './fixtures/world.ts';

const TOOLS = supportDesk().tools;

function worldOf(more: Partial<ToolDefinition>, calls = 5): World {
  const time = new VirtualClock();
  const workflow = supportDesk({ tools: TOOLS.map((tool) => (tool.name === 'charge' ? { ...tool, ...more } : tool)) });
  const model = scriptWith({
    model: ({ agent, messages }) =>
      agent === 'triage' || messages.at(-1)?.role === 'tool'
        ? undefined
        : { calls: Array.from({ length: calls }, (_, n) => ({ tool: 'charge', arguments: { n } })) },
  });
  return deskWorld({
    time,
    ids: seededIds(1, () => time.now()),
    workflows: [workflow, assistant()],
    script: model,
  });
}

/** Most calls that were under way at once, by the log. */
function most(world: World, chatId: string): number {
  let [open, highest] = [0, 0];
  for (const { type } of world.events(chatId)) {
    if (type === 'tool_started') highest = Math.max(highest, (open += 1));
    if (type === 'tool_response') open -= 1;
  }
  return highest;
}

describe('several calls of one tool in a step', () => {
  it('run all at once when nothing is said', async () => {
    const world = worldOf({});
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use charge' }));
    await world.until(chatId, 'run_completed');
    expect(most(world, chatId)).toBe(5);
  });

  it.each([1, 2, 4])('run %i at a time with that maxConcurrent, each once and all of them', async (maxConcurrent) => {
    const world = worldOf({ maxConcurrent });
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use charge' }));
    await world.until(chatId, 'run_completed');
    expect(most(world, chatId)).toBe(maxConcurrent);
    expect(new Set(world.ledger.map(({ callId }) => callId)).size).toBe(5);
    expect(world.ledger).toHaveLength(5);
    expect(world.violations).toEqual([]);
  });

  it('P3: those that waited when the process died had not started: nobody is asked about them', async () => {
    const world = worldOf({ maxConcurrent: 2 });
    const first = await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use charge' }));
    await world.until(chatId, 'tool_started', { count: 2 });
    first.kill();
    await world.start('b');
    await world.until(chatId, 'input_request', { count: 2 });
    for (const { requestId } of world.all(chatId, 'input_request'))
      await world.time.run(world.send(chatId, { kind: 'input', requestId, value: false }));
    await world.until(chatId, 'run_completed');
    expect(world.all(chatId, 'input_request')).toHaveLength(2);
    expect(
      world
        .all(chatId, 'tool_response')
        .map(({ ok }) => ok)
        .sort(),
    ).toEqual([false, false, true, true, true]);
    expect(world.violations).toEqual([]);
  });

  it('P5: those that wait when a person stops the run never start', async () => {
    const world = worldOf({ maxConcurrent: 1 });
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use charge' }));
    await world.until(chatId, 'tool_started');
    await world.time.run(world.send(chatId, { kind: 'cancel' }));
    await world.until(chatId, 'run_cancelled');
    await world.time.advance(15_000);
    expect(world.all(chatId, 'tool_started')).toHaveLength(1);
    expect(world.all(chatId, 'tool_response')).toHaveLength(5);
  });
});
