import type { ModelRequest } from '@colloquy/engine';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEffects } from './create-effects.ts';
import { countedIds } from './fixtures/counted-ids.ts';
import { ManualClock } from './fixtures/manual-clock.ts';
import { chunk, fails, ModelServer, sse, streams, usageChunk } from './fixtures/model-server.ts';
import { ModelError } from './model-error.ts';
import { parsePrices } from './prices.ts';
import type { Effects, ModelFailure, ModelPiece } from './types.ts';

const KEY = 'sk-test-0123456789abcdef';
const PRICES = parsePrices('models: { served-model: { prompt: 1000000, cached: 100000, completion: 2000000 } }');
const REQUEST: ModelRequest = {
  agent: 'a',
  purpose: 'reply',
  model: 'default',
  parameters: { temperature: 0.5, model: 'smuggled' },
  messages: [
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: 'Hello' },
  ],
  tools: [{ name: 'look', description: 'Looks', inputSchema: { type: 'object', properties: {} } }],
};

let server: ModelServer;
let clock: ManualClock;
let effects: Effects;
let pieces: ModelPiece[];
let address: string;
beforeEach(async () => {
  server = new ModelServer();
  clock = new ManualClock();
  pieces = [];
  address = await server.start();
  effects = create(address);
});
afterEach(async () => {
  await effects.close();
  await server.stop();
});

function create(baseUrl: string): Effects {
  return createEffects({
    clock,
    ids: countedIds(),
    models: { baseUrl, apiKey: KEY, defaultModel: 'served-model', demo: false },
    prices: PRICES,
    workflows: new Map(),
  });
}

const call = (signal = new AbortController().signal, request = REQUEST) =>
  effects.callModel(request, { signal, onPiece: (piece) => pieces.push(piece) });

/** The failure of a call that must fail. */
async function failure(running: Promise<unknown>): Promise<ModelFailure> {
  const error: unknown = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelError)) throw new Error(`expected a ModelError, got ${String(error)}`);
  expect(JSON.stringify(error.failure)).not.toContain(KEY);
  expect(clock.pending).toBe(0);
  return error.failure;
}

/** Waits until the condition holds; the test's own deadline ends it otherwise. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('a streamed reply', () => {
  it('comes piece by piece and whole, with usage and cost', async () => {
    server.answer(
      streams(
        chunk({ role: 'assistant', content: '' }),
        chunk({ content: 'Hel' }),
        chunk({ content: 'lo' }),
        chunk({}, 'stop'),
        usageChunk(1000, 50, 200),
        sse('[DONE]'),
      ),
    );
    const reply = await call();
    expect(reply).toMatchObject({
      text: 'Hello',
      toolCalls: [],
      finishReason: 'stop',
      model: 'served-model',
      usage: { promptTokens: 1000, cachedTokens: 200, completionTokens: 50 },
      costMicroUsd: 800 + 20 + 100,
    });
    expect(pieces).toEqual([
      { kind: 'text', messageId: reply.messageId, text: 'Hel' },
      { kind: 'text', messageId: reply.messageId, text: 'lo' },
    ]);
    expect(clock.pending).toBe(0);
    expect(server.requests[0]).toEqual({
      authorization: `Bearer ${KEY}`,
      body: {
        model: 'served-model',
        temperature: 0.5,
        stream: true,
        stream_options: { include_usage: true },
        messages: REQUEST.messages,
        tools: [
          {
            type: 'function',
            function: { name: 'look', description: 'Looks', parameters: { type: 'object', properties: {} } },
          },
        ],
      },
    });
  });

  it('brings reasoning, refusals and tool calls under ids of ours', async () => {
    server.answer(
      streams(
        chunk({ reasoning_content: 'Hm' }),
        chunk({ reasoning: 'm.' }),
        chunk({ refusal: 'Let me look.' }),
        chunk({
          tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }],
        }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
        chunk({ tool_calls: [{ index: 1, id: 'call_1', function: { name: 'look', arguments: '{bad' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
        chunk({}, 'tool_calls'),
        sse('[DONE]'),
      ),
    );
    const reply = await call();
    expect(reply.reasoning?.text).toBe('Hmm.');
    expect(reply.text).toBe('Let me look.');
    expect(reply.toolCalls.map(({ tool, arguments: args }) => ({ tool, args }))).toEqual([
      { tool: 'look', args: { a: 1 } },
      { tool: 'look', args: '{bad' },
    ]);
    const [first, second] = reply.toolCalls;
    expect(new Set([reply.messageId, reply.reasoning?.messageId, first?.callId, second?.callId]).size).toBe(4);
    expect(pieces.filter(({ kind }) => kind === 'arguments')).toEqual([
      { kind: 'arguments', messageId: first?.callId, text: '{"a"' },
      { kind: 'arguments', messageId: second?.callId, text: '{bad' },
      { kind: 'arguments', messageId: first?.callId, text: ':1}' },
    ]);
  });

  it('P7: has an estimated usage when the provider counts nothing', async () => {
    server.answer(streams(chunk({ content: 'x'.repeat(400) }), chunk({}, 'stop'), sse('[DONE]')));
    const { usage, costMicroUsd } = await call();
    expect(usage).toMatchObject({ completionTokens: 100, estimated: true });
    expect(usage.promptTokens).toBeGreaterThan(20);
    expect(costMicroUsd).toBe(usage.promptTokens + 200);
  });

  it('asks for the tool that must be called', async () => {
    server.answer(streams(chunk({}, 'stop')));
    await call(undefined, { ...REQUEST, forceTool: 'look' });
    expect(server.requests[0]?.body).toMatchObject({ tool_choice: { type: 'function', function: { name: 'look' } } });
  });
});

describe('a call that fails', () => {
  it('says when the rate is limited, and honours retry-after', async () => {
    server.answer(fails(429, { message: 'Slow down', code: 'rate_limit_exceeded' }, { 'retry-after': '7' }));
    const found = await failure(call());
    expect(found).toMatchObject({ code: 'rate_limited', retryable: true, retryAfterMs: 7000 });
    expect(effects.retryDelayMs(found, 1)).toBe(7000);
  });

  it.each([
    [429, { code: 'insufficient_quota', message: 'x' }, 'rate_limited', false],
    [401, { code: 'invalid_api_key', message: `Incorrect API key provided: ${KEY}` }, 'unauthorized', false],
    [403, { message: 'no' }, 'unauthorized', false],
    [404, { code: 'model_not_found', message: 'no such model' }, 'bad_request', false],
    [400, { code: 'context_length_exceeded', message: 'x' }, 'context_length', false],
    [400, { code: 'content_filter', message: 'x' }, 'content_filter', false],
    [400, { message: 'x is wrong' }, 'bad_request', false],
    [500, { message: 'oops' }, 'model_unavailable', true],
    [503, undefined, 'model_unavailable', true],
  ])('sorts status %p with %p as %p', async (...[status, error, code, retryable]) => {
    server.answer(fails(status, error));
    expect(await failure(call())).toMatchObject({ code, retryable });
  });

  it('says when nobody is there', async () => {
    const gone = new ModelServer();
    const nowhere = await gone.start();
    await gone.stop();
    effects = create(nowhere);
    expect(await failure(call())).toMatchObject({ code: 'model_unavailable', retryable: true });
  });

  it('says when the connection is cut in the middle', async () => {
    server.answer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'Hel' }));
      void until(() => pieces.length > 0).then(() => response.destroy());
    });
    expect(await failure(call())).toMatchObject({ code: 'connection_lost', retryable: true });
    expect(pieces.map(({ text }) => text)).toEqual(['Hel']);
  });

  it('takes a stream that just ends for a lost connection, not for an answer', async () => {
    server.answer(streams(chunk({ content: 'Hel' })));
    expect(await failure(call())).toMatchObject({ code: 'connection_lost', retryable: true });
  });

  it('takes garbage in the stream for a lost connection', async () => {
    server.answer(streams(chunk({ content: 'Hel' }), sse('{"choices": [')));
    expect(await failure(call())).toMatchObject({ code: 'connection_lost', retryable: true });
  });

  it('reads an error inside the stream', async () => {
    server.answer(streams(sse({ error: { message: 'Slow down', code: 'rate_limit_exceeded', type: 'requests' } })));
    expect(await failure(call())).toMatchObject({ code: 'rate_limited', retryable: true });
  });

  it('says when a filter held the answer back', async () => {
    server.answer(streams(chunk({}, 'content_filter'), sse('[DONE]')));
    expect(await failure(call())).toMatchObject({ code: 'content_filter', retryable: false });
  });

  it('gives up on a model that does not begin', async () => {
    server.answer(() => undefined);
    const running = failure(call());
    await server.received(1);
    clock.advance(120_000);
    expect(await running).toMatchObject({ code: 'first_token_timeout', retryable: true });
  });

  it('gives up on a model that stops in the middle', async () => {
    server.answer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'Hel' }));
    });
    const running = failure(call());
    await until(() => pieces.length > 0 && clock.pending === 2);
    clock.advance(59_999);
    expect(clock.pending).toBe(2);
    clock.advance(1);
    expect(await running).toMatchObject({ code: 'timeout', retryable: true });
  });

  it('gives up on a model that never finishes', async () => {
    const writer: { write?: () => void } = {};
    server.answer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      writer.write = () => response.write(chunk({ content: '.' }));
      writer.write();
    });
    const running = failure(call());
    for (let count = 1; count <= 18; count += 1) {
      await until(() => pieces.length === count && clock.pending === 2);
      clock.advance(50_000);
      writer.write?.();
    }
    expect(await running).toMatchObject({ code: 'timeout', retryable: false });
  });
});

describe('P5: an abort', () => {
  it('rejects with its reason, before the call and in the middle of it', async () => {
    const reason = new Error('stopped by a person');
    await expect(call(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.requests).toHaveLength(0);

    const closed = new Promise<void>((resolve) => {
      server.answer((response) => {
        response.on('close', resolve);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(chunk({ content: 'Hel' }));
      });
    });
    const stop = new AbortController();
    const running = call(stop.signal);
    await until(() => pieces.length > 0);
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    await closed; // the provider is told, so that it stops writing (and charging)
    expect(clock.pending).toBe(0);
  });

  it('comes with the closing of the effects too', async () => {
    server.answer(() => undefined);
    const running = call();
    await server.received(1);
    await effects.close();
    await expect(running).rejects.toThrow('The service is closing.');
  });

  it('lets through what the caller throws when it takes a piece', async () => {
    const reason = new Error('fenced');
    server.answer(streams(chunk({ content: 'Hel' }), chunk({ content: 'lo' }), chunk({}, 'stop')));
    const running = effects.callModel(REQUEST, {
      signal: new AbortController().signal,
      onPiece() {
        throw reason;
      },
    });
    await expect(running).rejects.toBe(reason);
  });
});
