import { describe, expect, it } from '@jest/globals';
import type { AgentDefinition } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld, LONG, scriptWith } from './fixtures/desk-world.ts';
import { supportDesk } from './fixtures/teams.ts';
import type { World, WorldOptions } from './fixtures/world.ts';

function worldOf(options: Partial<WorldOptions> = {}): World {
  const time = new VirtualClock();
  return deskWorld({ time, ids: seededIds(1, () => time.now()), ...options });
}

/** The first agent without tools, whose prompt is short. */
const alone = (more: Partial<AgentDefinition> = {}): AgentDefinition[] =>
  supportDesk()
    .agents.slice(0, 1)
    .map((first) => ({ ...first, handoffs: [], askPerson: false, ...more }));

/** Everything is done: nothing was violated, and nothing is left to do. */
async function atRest(world: World): Promise<void> {
  await world.time.advance(15_000);
  expect(world.violations).toEqual([]);
  expect(world.queued()).toEqual([]);
}

describe('a run', () => {
  it('P1: answers, gives the chat a title and comes to rest with no ticket left', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    expect(world.types(chatId)).toEqual([
      ...['chat_created', 'user_message', 'run_started', 'chat_renamed', 'speaker_selected'],
      ...['message_started', 'text', 'usage', 'run_completed'],
    ]);
    expect(world.all(chatId, 'text')[0]?.text).toBe(LONG);
    const deltas = world.log(chatId).flatMap(({ commit }) => commit.deltas ?? []);
    expect(LONG.startsWith(deltas.map(({ text }) => text).join(''))).toBe(true);
    expect(deltas.length).toBeGreaterThan(5);
    await atRest(world);
  });

  it('P6: hands over, runs a tool, waits for an approval without a ticket, and goes on when it is given', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use look_up refund' }));
    await world.until(chatId, 'input_request');
    await atRest(world);
    expect(world.ledger.map(({ tool }) => tool)).toEqual(['look_up']);
    const [request] = world.all(chatId, 'input_request');
    await world.time.run(world.send(chatId, { kind: 'input', requestId: request?.requestId ?? '', value: true }));
    await world.until(chatId, 'run_completed');
    expect(world.ledger.map(({ tool }) => tool)).toEqual(['look_up', 'refund']);
    expect(world.all(chatId, 'handoff')).toMatchObject([{ from: 'triage', to: 'billing', by: 'model' }]);
    await atRest(world);
  });

  it('P6: the first answer wins', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use refund' }));
    await world.until(chatId, 'input_request');
    const requestId = world.all(chatId, 'input_request')[0]?.requestId ?? '';
    await world.time.run(
      Promise.all([false, true].map((value) => world.send(chatId, { kind: 'input', requestId, value }))),
    );
    await world.until(chatId, 'run_completed');
    expect(world.all(chatId, 'input_response')).toMatchObject([{ value: false }]);
    expect(world.all(chatId, 'command_rejected')).toMatchObject([{ code: 'request_not_pending' }]);
    expect(world.ledger).toEqual([]);
    await atRest(world);
  });

  it('P8: many chats are shared by several orchestrators, each once', async () => {
    const world = worldOf();
    const all = await Promise.all(['a', 'b', 'c'].map((name) => world.start(name, { maxRuns: 4 })));
    const chats = await world.time.run(Promise.all(Array.from({ length: 30 }, () => world.create())));
    await world.time.runUntil(() => chats.every((chatId) => world.all(chatId, 'run_completed').length === 1));
    const workers = new Set(chats.map((chatId) => world.all(chatId, 'run_started')[0]?.worker));
    expect(workers.size).toBe(all.length);
    expect(chats.flatMap((chatId) => world.all(chatId, 'run_claimed'))).toEqual([]);
    await atRest(world);
  });

  it('P2: takes up messages in the order in which they were accepted', async () => {
    const world = worldOf();
    await Promise.all(['a', 'b'].map((name) => world.start(name)));
    const chatId = await world.time.run(world.create());
    const texts = ['second', 'third', 'fourth', 'fifth'];
    for (const text of texts) await world.time.run(world.say(chatId, text));
    await world.until(chatId, 'run_completed', { count: 2 });
    expect(world.all(chatId, 'user_message').map(({ text }) => text)).toEqual(['Hello', ...texts]);
    await atRest(world);
  });

  it('takes up a message of a busy chat by policy', async () => {
    const policies = { queue: 0, interrupt: 0, reject: 0 };
    for (const onNewInput of ['queue', 'interrupt', 'reject'] as const) {
      const world = worldOf({ workflows: [supportDesk({ onNewInput })] });
      await world.start('a');
      const chatId = await world.time.run(world.create());
      await world.until(chatId, 'message_started');
      await world.time.run(world.say(chatId, 'Wait'));
      await atRest(world);
      const types = world.types(chatId);
      expect(types.includes('run_cancelled')).toBe(onNewInput === 'interrupt');
      expect(world.all(chatId, 'command_rejected').length).toBe(onNewInput === 'reject' ? 1 : 0);
      const cutOff = world.all(chatId, 'usage').filter(({ estimated }) => estimated);
      expect(cutOff).toHaveLength(onNewInput === 'interrupt' ? 1 : 0);
      policies[onNewInput] = world.all(chatId, 'run_completed').length;
    }
    expect(policies).toEqual({ queue: 2, interrupt: 1, reject: 1 });
  });

  it('fails a chat whose workflow is not installed, in words for the person', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create({ workflow: 'gone' }));
    await world.until(chatId, 'run_failed');
    expect(world.all(chatId, 'run_failed')[0]?.error).toMatchObject({ code: 'unknown_workflow', retryable: false });
    await atRest(world);
  });

  it('fails a chat whose workflow cannot be started now, says why, and that it may be tried again', async () => {
    const world = worldOf();
    const why = 'The MCP server "files" is not there: It cannot be reached.';
    await world.start('a', { workflows: { find: () => undefined, unavailable: () => why } });
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_failed');
    expect(world.all(chatId, 'run_failed')[0]?.error).toEqual({
      code: 'workflow_unavailable',
      message: `The workflow "support-desk" cannot be started now. ${why} Try again later.`,
      retryable: true,
    });
    await atRest(world);
  });

  it('tries a model again that fails, keeps what was shown, and fails the run when it goes on failing', async () => {
    const failure = { code: 'model_unavailable', message: 'The model is away.', retryable: true };
    const world = worldOf({
      script: scriptWith({
        model: (_, call) => ({ text: LONG, fails: { after: call === 2 ? 0 : 3, failure } }),
      }),
    });
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_failed');
    expect(world.all(chatId, 'message_aborted')).toMatchObject([
      { reason: 'retried', text: 'one two ' },
      { reason: 'retried', text: 'one two ' },
    ]);
    expect(world.all(chatId, 'message_started').map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(world.all(chatId, 'run_failed')[0]?.error).toMatchObject({ code: 'model_unavailable' });
    // The third was refused at once: it has used nothing. Of the others all counts that was written.
    expect(world.all(chatId, 'usage')).toMatchObject(
      [1, 2].map((modelCalls) => ({
        estimated: true,
        promptTokens: 10,
        completionTokens: 'one two three '.length,
        totals: { modelCalls, promptTokens: 10 * modelCalls },
      })),
    );
    await atRest(world);
  });

  it('falls back to the next model when one fails for good, says so, and charges the one that answered', async () => {
    const failure = { code: 'rate_limited', message: 'The model is busy.', retryable: true };
    const world = worldOf({
      workflows: [supportDesk({ agents: alone({ model: 'large', fallbacks: ['small'] }) })],
      script: scriptWith({
        model: ({ model }) => (model === 'large' ? { text: LONG, fails: { after: 0, failure } } : undefined),
      }),
    });
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    expect(world.all(chatId, 'model_changed')).toMatchObject([
      { agent: 'triage', from: 'large', to: 'small', error: { code: 'rate_limited' } },
    ]);
    expect(world.all(chatId, 'text')).toHaveLength(1);
    expect(world.all(chatId, 'usage').map(({ purpose }) => purpose)).toEqual(['reply']);
    expect(world.calls).toBe(4);
    await atRest(world);
  });

  it('P7: does not try again when the attempts that failed have used up the budget', async () => {
    const failure = { code: 'connection_lost', message: 'It broke off.', retryable: true };
    const limits = { maxTurns: 30, maxToolCalls: 30, budgetTokens: 15 };
    const world = worldOf({
      workflows: [supportDesk({ limits, agents: alone() })],
      script: scriptWith({ model: () => ({ text: LONG, fails: { after: 3, failure } }) }),
    });
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    expect(world.all(chatId, 'run_completed')[0]?.reason.code).toBe('budget_tokens');
    expect(world.calls).toBe(1);
    await atRest(world);
  });

  it('P7: counts the call of a title that fails, and takes the first words instead', async () => {
    const failure = { code: 'connection_lost', message: 'It broke off.', retryable: false };
    const world = worldOf({
      workflows: [supportDesk({ titleModel: 'small' })],
      script: scriptWith({
        model: ({ purpose }) => (purpose === 'title' ? { text: 'A title', fails: { after: 1, failure } } : undefined),
      }),
    });
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    expect(world.all(chatId, 'chat_renamed')).toMatchObject([{ title: 'Hello' }]);
    expect(world.all(chatId, 'usage').filter(({ estimated }) => estimated)).toMatchObject([
      { purpose: 'title', promptTokens: 10, completionTokens: 'A '.length, totals: { modelCalls: 2 } },
    ]);
    await atRest(world);
  });

  it('P2: cuts and marks a result that no commit can hold, and never splits it', async () => {
    const world = worldOf({ script: scriptWith({ tool: () => ({ result: '😀'.repeat(400_000) }) }) });
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use look_up' }));
    await world.until(chatId, 'run_completed');
    const [response] = world.all(chatId, 'tool_response');
    expect(response).toMatchObject({ ok: true, truncated: true });
    expect(JSON.stringify(response?.result)).not.toMatch(/\\ud83d(?!\\ude00)/);
    await atRest(world);
  });

  it('puts progress of a tool and thoughts of a model on the log', async () => {
    const world = worldOf({
      script: scriptWith({
        model: ({ agent, messages }) =>
          agent === 'billing' && messages.at(-1)?.role !== 'tool'
            ? { reasoning: 'I must look.', calls: [{ tool: 'look_up' }] }
            : undefined,
        tool: () => ({ progress: ['half', ' done'] }),
      }),
    });
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use look_up' }));
    await world.until(chatId, 'run_completed');
    const deltas = world.log(chatId).flatMap(({ commit }) => commit.deltas ?? []);
    expect(deltas.filter(({ kind }) => kind === 'progress').map(({ text, offset }) => [text, offset])).toEqual([
      ['half', 0],
      [' done', 4],
    ]);
    expect(world.all(chatId, 'reasoning')).toMatchObject([{ text: 'I must look.' }]);
    await atRest(world);
  });
});
