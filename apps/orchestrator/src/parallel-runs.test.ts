/** Child runs of a chat go on at once, through crashes, drains, stops and branches that hang. */
import { describe, expect, it } from '@jest/globals';
import type { WorkflowDefinition } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld, LONG, deskScript } from './fixtures/desk-world.ts';
import type { ModelPlay, Script } from './fixtures/script.ts';
import { researchTeam } from './fixtures/teams.ts';
import type { World } from './fixtures/world.ts';

function worldOf(of: { script?: Script; workflow?: WorkflowDefinition } = {}): World {
  const time = new VirtualClock();
  const { script = deskScript, workflow } = of;
  const workflows = workflow === undefined ? {} : { workflows: [workflow] };
  return deskWorld({ time, ids: seededIds(8, () => time.now()), script, ...workflows });
}

async function begun(world: World, text = 'hand it over'): Promise<string> {
  await world.start('a');
  return world.time.run(world.create({ workflow: 'research-team', text }));
}

async function atRest(world: World): Promise<void> {
  await world.time.advance(20_000);
  expect(world.violations).toEqual([]);
  expect(world.queued()).toEqual([]);
}

/** What every event of the whole chat says of its model calls must add up. */
function expectCounted(world: World, chatId: string): void {
  const used = world.all(chatId, 'usage');
  const tokens = used.reduce((sum, { promptTokens, completionTokens }) => sum + promptTokens + completionTokens, 0);
  expect(used.at(-1)?.totals.modelCalls).toBe(used.length);
  expect((used.at(-1)?.totals.promptTokens ?? 0) + (used.at(-1)?.totals.completionTokens ?? 0)).toBe(tokens);
}

const rootEnd = (world: World, chatId: string) => {
  const root = world.all(chatId, 'run_started')[0]?.runId;
  return world.all(chatId, 'run_completed').find(({ runId }) => runId === root);
};

/** One researcher speaks as it is told, the others as ever. */
function scriptOf(name: string, play: (call: number) => ModelPlay | undefined): Script {
  return {
    ...deskScript,
    model: (request, call) => (request.agent === name ? play(call) : undefined) ?? deskScript.model(request, call),
  };
}

describe('branches at once', () => {
  it('speak at the same time, and are joined', async () => {
    const world = worldOf();
    const chatId = await begun(world);
    await world.until(chatId, 'run_started', { count: 4 });
    const from = world.time.now();
    await world.until(chatId, 'text', { count: 5 });
    // Three researchers of a second each, and the lead, in less than three seconds.
    expect(world.time.now() - from).toBeLessThan(2500);
    await atRest(world);
    expect(rootEnd(world, chatId)?.reason.code).toBe('handoff_terminate');
    expectCounted(world, chatId);
  });

  it('run their tools at the same time too, as calls of sub-agents', async () => {
    const world = worldOf();
    const chatId = await begun(world, 'call use look_up');
    await world.until(chatId, 'tool_response', { count: 4 });
    await atRest(world);
    expect(world.ledger).toHaveLength(3);
    expect(world.all(chatId, 'tool_response').at(-1)).toMatchObject({ ok: true });
    expectCounted(world, chatId);
  });

  it('P3: a crash in the midst of all of them ends each message once, and the run goes on', async () => {
    const world = worldOf();
    const chatId = await begun(world);
    await world.until(chatId, 'message_started', { count: 4 });
    await world.start('b');
    world.processes[0]?.kill();
    await world.until(chatId, 'run_claimed');
    const aborted = world.all(chatId, 'message_aborted');
    expect(aborted.map(({ reason }) => reason)).toEqual(['crashed', 'crashed', 'crashed']);
    expect(new Set(aborted.map(({ runId }) => runId)).size).toBe(3);
    await world.time.runUntil(() => rootEnd(world, chatId) !== undefined, { deadlineMs: 20_000 });
    await atRest(world);
    expect(world.all(chatId, 'run_started')).toHaveLength(4);
    expectCounted(world, chatId);
  });

  it('P8: a drain lets each come to its step boundary, and another one goes on', async () => {
    const world = worldOf();
    const chatId = await begun(world);
    await world.until(chatId, 'message_started', { count: 4 });
    await world.start('b');
    await world.time.run(world.processes[0]?.drain() ?? Promise.resolve());
    await world.until(chatId, 'run_claimed', { deadlineMs: 1000 });
    expect(world.all(chatId, 'message_aborted')).toEqual([]);
    await world.time.runUntil(() => rootEnd(world, chatId) !== undefined, { deadlineMs: 20_000 });
    await atRest(world);
  });

  it('P6: a stop ends all of them within a second, each counted once', async () => {
    const world = worldOf();
    const chatId = await begun(world);
    await world.until(chatId, 'message_started', { count: 4 });
    const from = world.time.now();
    await world.time.run(world.send(chatId, { kind: 'cancel' }));
    await world.until(chatId, 'run_cancelled', { count: 4 });
    expect(world.time.now() - from).toBeLessThan(1000);
    const stop = world.log(chatId).at(-1)?.commit.events ?? [];
    expect(stop.filter(({ type }) => type === 'usage')).toHaveLength(3);
    await atRest(world);
    const after = world.events(chatId).length;
    await world.time.advance(10_000);
    expect(world.events(chatId)).toHaveLength(after);
    expectCounted(world, chatId);
  });

  it('S1: a branch that hangs is noticed while another one goes on, and the run goes on elsewhere', async () => {
    const talks = { text: LONG.repeat(12), pieceMs: 200 };
    const script = scriptOf('east', () => ((hung += 1) === 1 ? { text: 'Hm', hangs: 'deaf' } : undefined));
    let hung = 0;
    const world = worldOf({
      script: {
        ...script,
        model: (request, call) => (request.agent === 'north' ? talks : script.model(request, call)),
      },
    });
    await world.start('a', { stallLimitMs: 5000 });
    const chatId = await world.time.run(world.create({ workflow: 'research-team', text: 'hand it over' }));
    await world.until(chatId, 'run_claimed', { deadlineMs: 20_000 });
    await world.time.runUntil(() => rootEnd(world, chatId) !== undefined, { deadlineMs: 60_000 });
    await atRest(world);
    expectCounted(world, chatId);
  });

  it('any: what is not needed any more is cut off, counted, and does not go on', async () => {
    const slow = scriptOf('north', () => ({ text: LONG.repeat(5) }));
    const world = worldOf({ script: slow, workflow: researchTeam('any') });
    const chatId = await begun(world);
    await world.time.runUntil(() => rootEnd(world, chatId) !== undefined, { deadlineMs: 20_000 });
    const codes = world.all(chatId, 'run_completed').map(({ reason }) => reason.code);
    expect(codes).toContain('not_needed');
    expect(world.all(chatId, 'message_aborted').some(({ agent }) => agent === 'north')).toBe(true);
    await atRest(world);
    expectCounted(world, chatId);
  });

  it('P6: a person answers one while another works, and that one goes on at once', async () => {
    const script = scriptOf('north', (call) =>
      call === 1 ? { calls: [{ tool: 'ask_person', arguments: { question: 'Which?' } }] } : undefined,
    );
    const slow: Script = {
      ...script,
      model: (request, call) => (request.agent === 'east' ? { text: LONG.repeat(20) } : script.model(request, call)),
    };
    const world = worldOf({ script: slow });
    const chatId = await begun(world);
    await world.until(chatId, 'input_request');
    await world.time.advance(2000);
    const requestId = world.all(chatId, 'input_request')[0]?.requestId ?? '';
    await world.time.run(world.send(chatId, { kind: 'input', requestId, value: 'That' }));
    await world.until(chatId, 'input_response');
    await world.time.runUntil(() => world.all(chatId, 'text').some(({ agent }) => agent === 'north'), {
      deadlineMs: 3000,
    });
    expect(world.all(chatId, 'text').some(({ agent }) => agent === 'east')).toBe(false);
    await world.time.runUntil(() => rootEnd(world, chatId) !== undefined, { deadlineMs: 60_000 });
    await atRest(world);
  });

  it('P6: the deadline of the run ends all of them', async () => {
    const { limits } = researchTeam();
    const workflow = researchTeam('all', { limits: { ...limits, deadlineMs: 1500 } });
    const world = worldOf({ script: scriptOf('east', () => ({ text: LONG.repeat(50) })), workflow });
    const chatId = await begun(world);
    await world.time.runUntil(() => rootEnd(world, chatId) !== undefined, { deadlineMs: 5000 });
    expect(rootEnd(world, chatId)?.reason.code).toBe('deadline');
    await atRest(world);
    expectCounted(world, chatId);
  });
});
