/** What tools and models do wrong, through real effects and a real HTTP server: each has a defined path on the log. */
import type { ChatEvent, Json, ToolDefinition } from '@colloquy/contracts';
import { createEffects, modelSettingsFromEnv, type Effects } from '@colloquy/effects';
import { systemClock, systemIds } from '@colloquy/testing';
import { cardOf, defineTool, workflowHash, type LoadedWorkflow, type Tool } from '@colloquy/workflows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { assistant } from './fixtures/teams.ts';
import { World, type WorldTime } from './fixtures/world.ts';

type Answer = (response: ServerResponse) => void;

const sse = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const chunk = (delta: object, finish: string | null = null): string =>
  sse({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
const streams =
  (...chunks: string[]): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end([...chunks, 'data: [DONE]\n\n'].join(''));
  };
const says = (text: string): Answer => streams(chunk({ content: text }), chunk({}, 'stop'));
const calls = (name: string, args: string): Answer =>
  streams(chunk({ tool_calls: [{ index: 0, id: 'x', function: { name, arguments: args } }] }), chunk({}, 'tool_calls'));
const fails =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{"error":{"message":"no"}}');
const cut: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ content: 'Half of ' }), () => response.destroy());
};

let answers: Answer[] = [];
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    (answer ?? fails(500))(response);
  });
});
let base = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const circle: { self?: object } = {};
circle.self = circle;
const nothing = undefined as unknown as Error;
const RUNS: Record<string, () => unknown> = {
  throws: () => {
    throw new TypeError('connect db.internal with key sk-1');
  },
  throws_nothing: () => Promise.reject(nothing),
  hangs: () => new Promise(() => undefined),
  huge: () => 'x'.repeat(5_000_000),
  short: () => ({ list: Array.from({ length: 50 }, (_, n) => n) }),
  cycle: () => circle,
  bigint: () => ({ n: 1n }),
  getter: () => ({
    get broken(): string {
      throw new Error('no');
    },
  }),
  nothing: () => undefined,
  works: () => 'fine',
};
const SETTINGS: Record<string, object> = { hangs: { timeoutMs: 100 }, short: { maxResultLength: 60 } };
const TOOLS: Tool[] = Object.entries(RUNS).map(([name, run]) =>
  defineTool({
    name,
    description: '',
    input: z.object({ n: z.number().optional() }),
    run: () => run() as Json,
    ...SETTINGS[name],
  }),
);

/** Time that passes by itself. */
const realTime: WorldTime = {
  ...systemClock,
  now: () => systemClock.now(),
  monotonic: () => systemClock.monotonic(),
  setTimeout: (fn, ms) => systemClock.setTimeout(fn, ms),
  clearTimeout: (handle) => {
    systemClock.clearTimeout(handle);
  },
  sleep: (ms) => systemClock.sleep(ms),
  advance: (ms) => systemClock.sleep(ms),
  run: (promise) => promise,
  async runUntil(condition, { deadlineMs = 30_000 } = {}) {
    const end = systemClock.monotonic() + deadlineMs;
    while (!condition()) {
      if (systemClock.monotonic() > end) throw new Error('it did not come to that');
      await systemClock.sleep(5);
    }
  },
};

/** Runs one chat with a model that answers so, one answer after another, the last one for ever. */
async function chatWith(...script: Answer[]): Promise<ChatEvent[]> {
  answers = [...script];
  const tools = TOOLS.map(({ name, timeoutMs, maxResultLength }): ToolDefinition => ({
    ...{ name, description: '', inputSchema: { type: 'object' }, timeoutMs },
    ...{ idempotent: false, onInterrupted: 'ask', approval: 'none' },
    ...(maxResultLength === undefined ? {} : { maxResultLength }),
  }));
  const base_ = assistant();
  const definition = { ...base_, tools, agents: base_.agents.map((agent) => ({ ...agent, tools: Object.keys(RUNS) })) };
  const loaded: LoadedWorkflow = {
    name: definition.name,
    dir: '/',
    card: cardOf(definition),
    runnable: { definition, hash: workflowHash(definition), tools: new Map(TOOLS.map((tool) => [tool.name, tool])) },
    findTool: ({ name }) => TOOLS.find((tool) => tool.name === name),
  };
  const effects: Effects = createEffects({
    clock: systemClock,
    ids: systemIds,
    models: modelSettingsFromEnv({ OPENAI_BASE_URL: base, OPENAI_API_KEY: 'k', OPENAI_MODEL: 'm' }),
    prices: { hash: 'h', cost: () => 0, has: () => true },
    workflows: new Map([[definition.name, loaded]]),
  });
  const script_ = { model: () => ({}), tool: () => ({}) };
  const world = new World({ time: realTime, ids: systemIds, workflows: [definition], script: script_ });
  const process = await world.start('a', { effects });
  const chatId = await world.create({ workflow: definition.name });
  await realTime.runUntil(() => world.types(chatId).some((type) => type === 'run_completed' || type === 'run_failed'));
  await process.drain();
  return world.events(chatId);
}

const START = ['chat_created', 'user_message', 'run_started', 'chat_renamed', 'speaker_selected'];
const CALLED = ['tool_call', 'usage', 'tool_started', 'tool_response'];
const SPOKEN = ['message_started', 'text', 'usage', 'run_completed'];
const of = (events: ChatEvent[], type: ChatEvent['type']) => events.filter((event) => event.type === type);

describe('a tool', () => {
  it.each([
    ['throws', 'tool_failed', 'The tool failed. (TypeError)'],
    ['throws_nothing', 'tool_failed', 'The tool failed.'],
    ['hangs', 'tool_timeout', 'hangs did not answer within 0.1 seconds.'],
    ['cycle', 'tool_failed', expect.stringMatching(/did not return a JSON value/)],
    ['bigint', 'tool_failed', expect.stringMatching(/did not return a JSON value/)],
    ['getter', 'tool_failed', expect.stringMatching(/did not return a JSON value/)],
  ])('that %s: an error for the model, and the run goes on', async (...[name, code, message]) => {
    const events = await chatWith(calls(name, '{}'), says('Done'));
    expect(events.map(({ type }) => type)).toEqual([...START, ...CALLED, ...SPOKEN]);
    expect(of(events, 'tool_response')).toMatchObject([{ ok: false, error: { code, message } }]);
  });

  it.each([
    ['huge', /^x{60000,}\n\[… cut: the result had 5000000 characters\]$/, 65_536],
    ['short', /^\{"list":\[0.*\n\[… cut: the result had \d+ characters\]$/, 60],
  ])('whose result is too long (%s): cut, with a note', async (...[name, text, length]) => {
    const events = await chatWith(calls(name, '{}'), says('Done'));
    expect(events.map(({ type }) => type)).toEqual([...START, ...CALLED, ...SPOKEN]);
    const [response] = of(events, 'tool_response');
    expect(response).toMatchObject({ ok: true, truncated: true, result: expect.stringMatching(text) });
    expect(JSON.stringify(response && 'result' in response && response.result).length).toBeLessThanOrEqual(length);
  });

  it('that returns nothing: null', async () => {
    const events = await chatWith(calls('nothing', '{}'), says('Done'));
    expect(of(events, 'tool_response')).toMatchObject([{ ok: true, result: null }]);
  });
});

describe('a model', () => {
  it.each([
    ['arguments that are no JSON', '{"n":', /are not JSON: Unexpected end/],
    ['arguments that are no object', '[1]', /are not a JSON object/],
    ['arguments that the schema refuses', '{"n":"x"}', /n: /],
  ])('that gives %s: an error for it, and the run goes on', async (...[, args, message]) => {
    const events = await chatWith(calls('works', args), says('Done'));
    expect(events.map(({ type }) => type)).toEqual([...START, ...CALLED, ...SPOKEN]);
    const error = { code: 'invalid_arguments', message: expect.stringMatching(message) };
    expect(of(events, 'tool_response')).toMatchObject([{ ok: false, error }]);
  });

  it('that calls a tool that there is not: an error with those that there are', async () => {
    const events = await chatWith(calls('fly to.moon', '{}'), says('Done'));
    expect(of(events, 'tool_call')).toMatchObject([{ tool: 'fly_to_moon' }]);
    expect(of(events, 'tool_started')).toEqual([]);
    const error = { code: 'unknown_tool', message: expect.stringMatching(/Your tools: throws, .*works/) };
    expect(of(events, 'tool_response')).toMatchObject([{ ok: false, error }]);
    expect(of(events, 'run_completed')).toHaveLength(1);
  });

  it('that says nothing: an empty text that ends its turn', async () => {
    const events = await chatWith(says(''));
    expect(events.map(({ type }) => type)).toEqual([...START, ...SPOKEN]);
    expect(of(events, 'text')).toMatchObject([{ text: '', finishReason: 'stop' }]);
  });

  it('that refuses: its words as text, marked as a refusal', async () => {
    const events = await chatWith(streams(chunk({ refusal: 'I will not.' }), chunk({}, 'stop')));
    expect(events.map(({ type }) => type)).toEqual([...START, ...SPOKEN]);
    expect(of(events, 'text')).toMatchObject([{ text: 'I will not.', finishReason: 'refusal' }]);
  });

  it('that has too much to do (429): it is asked again after the time that it names', async () => {
    const events = await chatWith(fails(429, { 'retry-after': '1' }), says('Done'));
    expect(events.map(({ type }) => type)).toEqual([...START, ...SPOKEN]);
  });

  it('that goes on failing (500): four tries, then the run fails, to be tried again by a person', async () => {
    const events = await chatWith(fails(500));
    expect(events.at(-1)).toMatchObject({ type: 'run_failed', error: { code: 'model_unavailable', retryable: true } });
    expect(of(events, 'run_failed')).toHaveLength(1);
  });

  it('whose stream is cut: what was shown is kept, and it is asked again', async () => {
    const events = await chatWith(cut, says('Done'));
    expect(of(events, 'message_aborted')).toMatchObject([{ text: 'Half of ', reason: 'retried' }]);
    expect(of(events, 'text')).toMatchObject([{ text: 'Done' }]);
    expect(of(events, 'run_completed')).toHaveLength(1);
  });
});
