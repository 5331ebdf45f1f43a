import type { ToolDefinition } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { describe, expect, it } from '@jest/globals';
import { deskWorld, scriptWith } from './fixtures/desk-world.ts';
import { assistant, researchTeam, supportDesk } from './fixtures/teams.ts';
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

describe('a call whose effect throws', () => {
  /** Throws in the first call that is made of all; the others work for ten minutes, or until they are stopped. */
  function throwing(maxConcurrent: number): World {
    const time = new VirtualClock();
    let calls = 0;
    return deskWorld({
      time,
      ids: seededIds(1, () => time.now()),
      workflows: [
        supportDesk({ tools: TOOLS.map((tool) => (tool.name === 'look_up' ? { ...tool, maxConcurrent } : tool)) }),
        assistant(),
      ],
      script: scriptWith({
        tool: () => {
          calls += 1;
          if (calls === 1) throw new Error('the effect is broken');
          return calls <= maxConcurrent ? { ms: 600_000 } : {};
        },
      }),
    });
  }

  it.each([1, 2])('P3: gives its place back and ends the step at once, with %i of them at a time', async (most) => {
    const world = throwing(most);
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use look_up look_up look_up look_up' }));
    await world.until(chatId, 'tool_started');
    await world.until(chatId, 'run_claimed', { deadlineMs: 10_000 });
    expect(world.all(chatId, 'tool_started')).toHaveLength(most);
    await world.until(chatId, 'run_completed', { deadlineMs: 10_000 });
    expect(world.all(chatId, 'tool_response').map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(world.violations).toEqual([]);
  });
});

/** Three researchers at once who all look something up; two of them twice in a step. */
function teamWorld(maxConcurrent: number): World {
  const time = new VirtualClock();
  const team = researchTeam();
  const tools = team.tools.map((tool) => (tool.name === 'look_up' ? { ...tool, maxConcurrent } : tool));
  return deskWorld({
    time,
    ids: seededIds(1, () => time.now()),
    workflows: [{ ...team, tools }],
    script: scriptWith({ tool: () => ({ ms: 40_000 }) }),
  });
}

describe('calls of one tool in several runs at once', () => {
  it.each([1, 2])('S4: run %i at a time with that maxConcurrent, whichever branch asks', async (maxConcurrent) => {
    const world = teamWorld(maxConcurrent);
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'hand use look_up look_up', workflow: 'research-team' }));
    await world.until(chatId, 'run_completed', { count: 4, deadlineMs: 600_000 });
    expect(most(world, chatId)).toBe(maxConcurrent);
    expect(world.ledger).toHaveLength(6);
    // S3: who waits for minutes has not stalled.
    expect(world.all(chatId, 'run_claimed')).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  it('S4: those that wait in a branch do not begin when the run is given back or stopped', async () => {
    const world = teamWorld(1);
    const first = await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'hand use look_up', workflow: 'research-team' }));
    await world.until(chatId, 'tool_started');
    const drained = first.drain();
    await world.start('b');
    await world.until(chatId, 'run_released', { deadlineMs: 120_000 });
    expect(world.all(chatId, 'tool_started')).toHaveLength(1);
    await world.until(chatId, 'tool_started', { count: 2, deadlineMs: 120_000 });
    await world.time.run(world.send(chatId, { kind: 'cancel' }));
    await world.until(chatId, 'run_cancelled');
    await world.time.advance(120_000);
    await world.time.run(drained);
    expect(world.all(chatId, 'tool_started')).toHaveLength(2);
    expect(world.violations).toEqual([]);
  });
});
