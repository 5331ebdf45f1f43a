import { describe, expect, it } from '@jest/globals';
import { noTracer } from '@colloquy/contracts';
import type { ModelRequest, ModelResult, ToolRun } from '@colloquy/engine';
import { RecordingTracer } from '@colloquy/testing';
import { ModelError } from './model-error.ts';
import { traceEffects } from './trace-effects.ts';
import type { Effects, ModelCallContext, ToolCallContext } from './types.ts';

const SECRET = 'my secret';
const request = {
  agent: 'billing',
  purpose: 'reply',
  model: 'default',
  messages: [{ role: 'user', text: SECRET }],
} as unknown as ModelRequest;
const result: ModelResult = {
  messageId: 'm',
  text: SECRET,
  toolCalls: [{ callId: 'c', tool: SECRET, arguments: SECRET }],
  finishReason: 'stop',
  model: 'real-2026',
  usage: { promptTokens: 12, cachedTokens: 4, completionTokens: 3 },
  costMicroUsd: 9,
  ms: 5,
  firstTokenMs: 2,
};

const context = (signal = new AbortController().signal): ModelCallContext => ({ signal, onPiece: () => undefined });

function effectsOf(call: (context: ModelCallContext) => Promise<ModelResult>): Effects {
  return {
    modelName: () => 'real',
    callModel: (_request, given) => call(given),
    runTool: async ({ callId }) =>
      callId === 'fails'
        ? { ok: false, error: { code: 'tool_failed', message: SECRET }, ms: 1 }
        : { ok: true, result: SECRET, ms: 1 },
    retryDelayMs: () => undefined,
    stallLimitMs: () => 1,
    estimate: () => ({ usage: result.usage, costMicroUsd: null }),
    close: () => Promise.resolve(),
  };
}

describe('traced effects', () => {
  it('are the same thing when nothing is traced', () => {
    const effects = effectsOf(async () => result);
    expect(traceEffects(effects, noTracer)).toBe(effects);
  });

  it('say which model answered and what it used, never what was said', async () => {
    const tracer = new RecordingTracer();
    const told: (string | undefined)[] = [];
    const effects = traceEffects(
      effectsOf(async ({ traceparent }) => (told.push(traceparent), result)),
      tracer,
    );
    expect(await effects.callModel(request, context())).toBe(result);
    const [span] = tracer.spans;
    expect(told).toEqual([span?.traceparent]);
    expect(span).toMatchObject({ name: 'chat real', failed: false, ended: true });
    expect(span?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'real',
      'gen_ai.agent.name': 'billing',
      'colloquy.purpose': 'reply',
      'gen_ai.response.model': 'real-2026',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'colloquy.cost_micro_usd': 9,
      'colloquy.first_token_ms': 2,
    });
  });

  it('tell a failure from a stop', async () => {
    const tracer = new RecordingTracer();
    const failure = new ModelError({ code: 'rate_limited', message: SECRET, retryable: true });
    const failing = traceEffects(
      effectsOf(() => Promise.reject(failure)),
      tracer,
    );
    await expect(failing.callModel(request, context())).rejects.toBe(failure);
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(failing.callModel(request, context(stopped))).rejects.toBe(failure);
    expect(tracer.spans.map(({ failed }) => failed)).toEqual([true, false]);
    expect(tracer.spans[1]?.attributes).toMatchObject({ 'colloquy.aborted': true });
    expect(JSON.stringify(tracer.spans)).not.toContain(SECRET);
  });

  it('name tools that there are, and no words that a model took for one', async () => {
    const tracer = new RecordingTracer();
    const effects = traceEffects(
      effectsOf(async () => result),
      tracer,
    );
    const about = { chatId: 'chat', onProgress: () => undefined } as unknown as ToolCallContext;
    const run = (callId: string, tool: object) =>
      effects.runTool({ callId, tool, agent: 'billing', attempt: 2, arguments: { text: SECRET } } as ToolRun, about);
    await run('works', { name: 'lookup_order' });
    await run('fails', { name: SECRET, unknown: true });
    expect(tracer.spans.map(({ name, failed, ended }) => [name, failed, ended])).toEqual([
      ['execute_tool lookup_order', false, true],
      ['execute_tool unknown', true, true],
    ]);
    expect(tracer.spans[0]?.attributes).toMatchObject({ 'gen_ai.tool.name': 'lookup_order', 'colloquy.attempt': 2 });
    expect(JSON.stringify(tracer.spans)).not.toContain(SECRET);
  });
});
