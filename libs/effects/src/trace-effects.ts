import { spanOf, type Span, type SpanAttributes, type Tracer } from '@colloquy/contracts';
import type { ModelRequest, ModelResult, ToolRun } from '@colloquy/engine';
import { ModelError } from './model-error.ts';
import type { Effects } from './types.ts';

/** The protocol that is spoken, whoever is behind it. */
const PROVIDER = 'openai';

/**
 * The same effects, with a span for each model call and each tool, named and described as OpenTelemetry's conventions for
 * generative AI say. Nothing in them is what anybody said: no prompts, answers, arguments or results.
 */
export function traceEffects(effects: Effects, tracer: Tracer): Effects {
  if (!tracer.on) return effects;
  return {
    modelName: (model) => effects.modelName(model),
    retryDelayMs: (failure, attempt) => effects.retryDelayMs(failure, attempt),
    stallLimitMs: (work) => effects.stallLimitMs(work),
    estimate: (request, shown, model) => effects.estimate(request, shown, model),
    close: () => effects.close(),
    callModel(request, context) {
      const model = effects.modelName(request.model);
      const start = { ...spanOf('chat {model}', model), attributes: requestAttributes(request, model) };
      return traced(tracer, { start, signal: context.signal }, async (span) => {
        const { traceparent } = span;
        const result = await effects.callModel(request, {
          ...(traceparent === undefined ? {} : { traceparent }),
          signal: context.signal,
          openFile: context.openFile,
          onPiece: (piece) => context.onPiece(piece),
          onProgress: () => context.onProgress?.(),
        });
        span.set(resultAttributes(result));
        return result;
      });
    },
    runTool(run, context) {
      const name = toolName(run);
      const start = { ...spanOf('execute_tool {tool}', name), attributes: toolAttributes(run, context.chatId) };
      return traced(tracer, { start, signal: context.signal }, async (span) => {
        const result = await effects.runTool(run, {
          ...context,
          onProgress: (text) => context.onProgress(text),
        });
        if (!result.ok) span.fail(result.error);
        return result;
      });
    },
  };
}

/** What a model has made up is no name of ours. */
function toolName({ tool }: ToolRun): string {
  return 'unknown' in tool ? 'unknown' : tool.name;
}

function toolAttributes(run: ToolRun, chatId: string): SpanAttributes {
  return {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': toolName(run),
    'gen_ai.agent.name': run.agent,
    'gen_ai.tool.call.id': run.callId,
    'colloquy.attempt': run.attempt,
    'colloquy.chat.id': chatId,
  };
}

function requestAttributes({ agent, purpose }: ModelRequest, model: string): SpanAttributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': PROVIDER,
    'gen_ai.request.model': model,
    'gen_ai.agent.name': agent,
    'colloquy.purpose': purpose,
  };
}

function resultAttributes({ model, usage, finishReason, costMicroUsd, firstTokenMs }: ModelResult): SpanAttributes {
  return {
    'gen_ai.response.model': model,
    'gen_ai.response.finish_reasons': [finishReason],
    'gen_ai.usage.input_tokens': usage.promptTokens,
    'gen_ai.usage.output_tokens': usage.completionTokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cachedTokens,
    'colloquy.cost_micro_usd': costMicroUsd ?? undefined,
    'colloquy.first_token_ms': firstTokenMs ?? undefined,
  };
}

/** What was stopped from outside has not failed. */
async function traced<T>(
  tracer: Tracer,
  { start, signal }: { start: Parameters<Tracer['start']>[0]; signal: AbortSignal },
  effect: (span: Span) => Promise<T>,
): Promise<T> {
  const span = tracer.start(start);
  try {
    return await tracer.within(span, () => effect(span));
  } catch (error) {
    if (signal.aborted) span.set({ 'colloquy.aborted': true });
    else span.fail(error instanceof ModelError ? error.failure : error);
    throw error;
  } finally {
    span.end();
  }
}
