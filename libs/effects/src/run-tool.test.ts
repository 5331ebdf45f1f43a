import type { ToolDefinition } from '@colloquy/contracts';
import type { ToolRun } from '@colloquy/engine';
import { describe, expect, it } from '@jest/globals';
import { defineTool, result, ToolError, type LoadedWorkflows, type Tool, type ToolContext } from '@colloquy/workflows';
import { z } from 'zod';
import { cutResult, jsonBytes, MAX_RESULT_BYTES } from './cut-result.ts';
import { ManualClock } from './fixtures/manual-clock.ts';
import { longestRunMs, runTool } from './run-tool.ts';
import type { ToolCallContext, ToolFault } from './types.ts';

const input = z.object({ n: z.number().default(1) });
const tool = (name: string, run: (input: { n: number }, ctx: ToolContext) => ReturnType<Tool['invoke']>): Tool =>
  defineTool({ name, description: name, input, run });

const seen: ToolContext[] = [];
/** One item each time that flaky was tried. */
const tries: number[] = [];
const TOOLS = [
  tool('double', async ({ n }, ctx) => {
    seen.push(ctx);
    ctx.progress('doubling');
    return { doubled: n * 2 };
  }),
  tool('steer', async () => result({ value: 'ok', set: { plan: 'b' }, target: 'billing' })),
  tool('lost', async () => result({ value: 'ok', target: 'nobody' })),
  tool('flaky', async ({ n }) => {
    tries.push(n);
    if (tries.length < n) throw new ToolError('Not yet.');
    return { tries: tries.length };
  }),
  tool('nothing', async () => undefined),
  tool('meddles', async (_input, { variables }) => Object.assign(variables, { shop: 'Mine' })),
  tool('broken', async () => Promise.reject(new ToolError('The warehouse is closed.'))),
  tool('leaky', async () => Promise.reject(new TypeError('connect ECONNREFUSED db.internal with key sk-1'))),
  tool('odd', async () => Promise.reject(Object.assign(new Error('x'), { name: 'see http://db.internal' }))),
  tool('circle', async () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    return circle;
  }),
  tool('large', async () => ({ text: '"\n'.repeat(100_000) })),
  tool('greedy', async () => result({ value: null, set: { all: 'x'.repeat(100_000) } })),
  tool('slow', (_input, { signal, progress }) => {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        progress('too late');
        resolve('stopped');
      });
    });
  }),
];

const WORKFLOWS: LoadedWorkflows = new Map([
  [
    'desk',
    {
      name: 'desk',
      dir: '/workflows/desk',
      card: {
        name: 'desk',
        title: '',
        description: '',
        starters: [],
        agents: [{ name: 'billing', title: '', description: '' }],
      },
      findTool: ({ name }) => TOOLS.find((each) => each.name === name),
      runnable: {
        hash: 'h',
        tools: new Map(TOOLS.map((each) => [each.name, each])),
        definition: {
          name: 'desk',
          title: '',
          description: '',
          starters: [],
          pattern: { kind: 'default', initialAgent: 'billing', afterWork: { kind: 'terminate' } },
          agents: [
            {
              name: 'billing',
              title: '',
              description: '',
              systemMessage: '',
              model: 'default',
              parameters: {},
              tools: ['double', 'steer'],
              handoffs: [],
              askPerson: false,
            },
          ],
          tools: [],
          variables: {},
          limits: { maxTurns: 1, maxToolCalls: 1 },
          onNewInput: 'queue',
          sequentialTools: false,
        },
      },
    },
  ],
]);

const definition = (name: string): ToolDefinition => ({
  name,
  description: '',
  inputSchema: {},
  idempotent: false,
  onInterrupted: 'ask',
  approval: 'none',
  timeoutMs: 5000,
});

function start(name: string, options: Partial<Pick<ToolRun, 'arguments' | 'tool'>> & Partial<ToolCallContext> = {}) {
  const clock = new ManualClock();
  const progress: string[] = [];
  const faults: ToolFault[] = [];
  const { arguments: args = {}, tool: asked = definition(name), ...context } = options;
  const running = runTool(
    { clock, workflows: WORKFLOWS, onFault: (fault) => faults.push(fault) },
    { callId: 'call-1', tool: asked, arguments: args, agent: 'billing', attempt: 2 },
    {
      chatId: 'chat-1',
      runId: 'run-1',
      userId: 'user-1',
      workflow: 'desk',
      variables: { shop: 'Corner' },
      signal: new AbortController().signal,
      onProgress: (text) => progress.push(text),
      ...context,
    },
  );
  return { clock, progress, faults, running };
}

const run = async (...args: Parameters<typeof start>) => start(...args).running;

describe('runTool', () => {
  it('runs it with checked arguments and what it may need to know', async () => {
    const { running, progress, clock } = start('double', { arguments: { n: 21 } });
    expect(await running).toEqual({ ok: true, result: { doubled: 42 }, ms: 0 });
    expect(progress).toEqual(['doubling']);
    expect(clock.pending).toBe(0);
    expect(seen.at(-1)).toMatchObject({
      chatId: 'chat-1',
      runId: 'run-1',
      userId: 'user-1',
      agent: 'billing',
      callId: 'call-1',
      idempotencyKey: 'call-1',
      attempt: 2,
      variables: { shop: 'Corner' },
      workflowDir: '/workflows/desk',
    });
  });

  it('passes on what the tool sets and whom it gives the turn', async () => {
    expect(await run('steer')).toEqual({
      ok: true,
      result: 'ok',
      set: { plan: 'b' },
      target: { kind: 'agent', agent: 'billing' },
      ms: 0,
    });
    expect(await run('nothing')).toEqual({ ok: true, result: null, ms: 0 });
  });

  it('[M] gives it a copy of the variables: what it does to that copy is no change, and is not said to be one', async () => {
    const variables = { shop: 'Corner' };
    expect(await run('meddles', { variables })).toEqual({ ok: true, result: { shop: 'Mine' }, ms: 0 });
    expect(variables).toEqual({ shop: 'Corner' });
  });

  it.each([
    [
      'arguments of the wrong kind',
      'double',
      { arguments: { n: 'x' } },
      'invalid_arguments',
      /^The arguments of double are wrong: n: /,
    ],
    ['arguments that are no JSON', 'double', { arguments: '{"n":' }, 'invalid_arguments', /not JSON: Unexpected end/],
    ['a tool that throws on purpose', 'broken', {}, 'tool_failed', /^The warehouse is closed\.$/],
    ['a tool that throws what is not for everybody', 'leaky', {}, 'tool_failed', /^The tool failed\. \(TypeError\)$/],
    ['an error with an odd name', 'odd', {}, 'tool_failed', /^The tool failed\.$/],
    ['a result that is no JSON', 'circle', {}, 'tool_failed', /did not return a JSON value/],
    ['variables that are too large', 'greedy', {}, 'tool_failed', /64 KiB/],
    ['a target that is no agent', 'lost', {}, 'tool_failed', /"nobody".*billing/],
    ['a tool that there is not', 'fly', {}, 'unknown_tool', /no tool "fly".*double, steer/],
    ['a tool that the engine does not know', 'fly', { tool: { name: 'fly', unknown: true } }, 'unknown_tool', /"fly"/],
    ['a workflow that is gone', 'double', { workflow: 'gone' }, 'unknown_tool', /"double"/],
  ] as const)('makes a result of %s', async (...[, name, options, code, message]) => {
    expect(await run(name, options)).toEqual({
      ok: false,
      error: { code, message: expect.stringMatching(message) },
      ms: 0,
    });
  });

  it('P3: a run keeps its own agents and hears of a tool that is not installed any more', async () => {
    const installed = WORKFLOWS.get('desk')?.runnable?.definition;
    const [billing] = installed?.agents ?? [];
    if (installed === undefined || billing === undefined) throw new Error('no definition');
    const before = { ...billing, tools: ['double', 'gone'] };
    const definition = { ...installed, agents: [before, { ...billing, name: 'nobody' }] };
    expect(await run('lost', { definition })).toMatchObject({ ok: true, target: { kind: 'agent', agent: 'nobody' } });
    expect(await run('gone', { definition })).toMatchObject({
      ok: false,
      error: { code: 'unknown_tool', message: 'The tool "gone" is not installed any more. Your tools are: double.' },
    });
  });

  it('tells the service alone what was thrown without meaning to', async () => {
    const { running, faults } = start('leaky');
    await running;
    const error = expect.objectContaining({ message: expect.stringMatching(/ECONNREFUSED/) });
    expect(faults).toEqual([{ chatId: 'chat-1', callId: 'call-1', tool: 'leaky', error }]);
    const meant = start('broken');
    await meant.running;
    expect(meant.faults).toEqual([]);
  });

  describe('tries again', () => {
    const again = (more: Partial<ToolDefinition>): ToolDefinition => ({
      ...definition('flaky'),
      ...{ idempotent: true, retry: { attempts: 3, backoffMs: 100 } },
      ...more,
    });
    /** Lets time pass until it has answered. */
    const finish = async ({ running, clock }: ReturnType<typeof start>) => {
      let result: Awaited<typeof running> | undefined;
      void running.then((answer) => {
        result = answer;
      });
      for (let turns = 0; result === undefined && turns < 2000; turns += 1) {
        await Promise.resolve();
        if (turns % 20 === 19) clock.advance(50);
      }
      return result;
    };

    it('within the step, after pauses that double, as often as it may', async () => {
      tries.length = 0;
      expect(await finish(start('flaky', { tool: again({}), arguments: { n: 3 } }))).toEqual({
        ...{ ok: true, result: { tries: 3 }, ms: 300 },
      });
      tries.length = 0;
      expect(await finish(start('flaky', { tool: again({}), arguments: { n: 9 } }))).toMatchObject({ ok: false });
      expect(tries).toHaveLength(3);
    });

    it.each([
      ['that is not idempotent', { idempotent: false }, { n: 9 }],
      ['whose arguments are wrong', {}, { n: 'x' }],
      ['that may be tried once', { retry: { attempts: 1, backoffMs: 1 } }, { n: 9 }],
    ] as const)('but never a tool %s', async (...[, more, args]) => {
      tries.length = 0;
      expect(await finish(start('flaky', { tool: again(more), arguments: args }))).toMatchObject({ ok: false });
      expect(tries.length).toBeLessThanOrEqual(1);
    });

    it('P5: and a stop ends the pause', async () => {
      const stop = new AbortController();
      const reason = new Error('stopped by a person');
      const { running, clock } = start('flaky', { tool: again({}), arguments: { n: 9 }, signal: stop.signal });
      for (let turns = 0; turns < 50; turns += 1) await Promise.resolve();
      stop.abort(reason);
      await expect(running).rejects.toBe(reason);
      expect(clock.pending).toBe(0);
    });

    it('and the heartbeat covers all tries with their pauses', () => {
      expect(longestRunMs(definition('flaky'))).toBe(5000);
      expect(longestRunMs(again({}))).toBe(15_300);
    });
  });

  it('cuts what is too large, and says so', async () => {
    const cut = await run('large');
    expect(cut).toMatchObject({ ok: true, truncated: true });
    expect(cut.ok && jsonBytes(cut.result)).toBeLessThanOrEqual(MAX_RESULT_BYTES);
  });

  it('gives up when its time is up, and hears no more of it', async () => {
    const { running, clock, progress } = start('slow');
    clock.advance(5000);
    expect(await running).toEqual({
      ok: false,
      error: { code: 'tool_timeout', message: 'slow did not answer within 5 seconds.' },
      ms: 5000,
    });
    expect(progress).toEqual([]);
  });

  it('P5: rejects with the reason of an abort, before and in the middle', async () => {
    const reason = new Error('stopped by a person');
    await expect(run('double', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const stop = new AbortController();
    const { running, clock } = start('slow', { signal: stop.signal });
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });
});

describe('cutResult', () => {
  it('leaves alone what fits, and never breaks a character', () => {
    expect(cutResult({ a: 1 })).toEqual({ value: { a: 1 }, truncated: false });
    const cut = { value: expect.stringMatching(/^x+\n\[… cut: the result had 100 ch/), truncated: true };
    expect(cutResult('x'.repeat(100), 60)).toEqual(cut);
    expect(JSON.stringify(cutResult({ a: 'x'.repeat(100) }, 60).value)).toHaveLength(60);
    expect(cutResult('x'.repeat(100), 1).value).toBe('\n[… cut: the result had 100 characters]');
    const { value } = cutResult(`x${'😀'.repeat(40_000)}`);
    expect(typeof value === 'string' && value.isWellFormed()).toBe(true);
    expect(jsonBytes(value)).toBeGreaterThan(MAX_RESULT_BYTES * 0.9);
  });
});
