import type { Clock, Ids } from '@colloquy/contracts';
import type { LoadedWorkflows } from '@colloquy/workflows';
import OpenAI from 'openai';
import { ByteRoom } from './byte-room.ts';
import { callModel, type ModelCaller, type ModelLimits } from './call-model.ts';
import { estimatePromptTokens, estimateTokens } from './estimate-tokens.ts';
import { resolveModelName, type ModelSettings } from './model-settings.ts';
import type { Prices } from './prices.ts';
import { retryDelayMs } from './retry-delay.ts';
import { longestRunMs, runTool } from './run-tool.ts';
import type { Effects, ToolFault } from './types.ts';

/** What {@link createEffects} needs. */
export interface EffectsOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly models: ModelSettings;
  readonly prices: Prices;
  /** Loaded with their tools. */
  readonly workflows: LoadedWorkflows;
  /** Default: 2 minutes to the first token, 1 minute between chunks, 15 minutes in all. */
  readonly limits?: Partial<ModelLimits>;
  /** Told of errors that tools did not throw on purpose; their messages are in no event. */
  readonly onToolFault?: (fault: ToolFault) => void;
}

const DEFAULT_LIMITS: ModelLimits = { firstTokenMs: 120_000, idleMs: 60_000, totalMs: 900_000 };
/** The client's own timer only backs up ours, which run on the Clock. */
const BACKUP_MS = 60_000;
/** An effect ends itself in its own time; only one that is this much later hangs. */
const SLACK_MS = 10_000;

/** Bytes of pictures in all requests of a process: each is in memory three times while its model answers. */
const PICTURE_ROOM = 48 * 1024 * 1024;

/** Model calls by the OpenAI protocol, and tools: those that the workflows were loaded with. */
export function createEffects(options: EffectsOptions): Effects {
  const { clock, ids, models, prices, workflows } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const client = new OpenAI({
    baseURL: models.baseUrl,
    apiKey: models.apiKey,
    organization: null,
    project: null,
    maxRetries: 0, // the orchestrator retries, so that each attempt is seen
    timeout: limits.totalMs + BACKUP_MS,
    logLevel: 'off', // it would log prompts and answers
    ...(models.fetch === undefined ? {} : { fetch: models.fetch }),
  });
  const caller: ModelCaller = {
    client,
    settings: models,
    prices,
    limits,
    clock,
    ids,
    pictures: new ByteRoom(PICTURE_ROOM),
  };
  const closing = new AbortController();
  const untilClosed = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, closing.signal]);
  const modelName = (model: string): string => resolveModelName(models, model);
  return {
    modelName,
    callModel(request, context) {
      const call = { request, model: modelName(request.model) };
      return callModel(caller, call, {
        ...(context.traceparent === undefined ? {} : { traceparent: context.traceparent }),
        signal: untilClosed(context.signal),
        openFile: context.openFile,
        onPiece: (piece) => context.onPiece(piece),
        onProgress: () => context.onProgress?.(),
      });
    },
    runTool(run, context) {
      return runTool({ clock, workflows, onFault: options.onToolFault }, run, {
        ...context,
        signal: untilClosed(context.signal),
        onProgress: (text) => context.onProgress(text),
      });
    },
    retryDelayMs: (failure, attempt) => retryDelayMs(failure, attempt, ids),
    stallLimitMs(work) {
      if (work.kind === 'model') return Math.max(limits.firstTokenMs, limits.idleMs) + SLACK_MS;
      return ('unknown' in work.run.tool ? 0 : longestRunMs(work.run.tool)) + SLACK_MS;
    },
    estimate(request, shown, model) {
      const usage = {
        promptTokens: request === undefined ? 0 : estimatePromptTokens(request),
        cachedTokens: 0,
        completionTokens: estimateTokens(shown),
        estimated: true,
      };
      return { usage, costMicroUsd: prices.cost(modelName(model), usage) };
    },
    close() {
      closing.abort(new Error('The service is closing.'));
      return Promise.resolve();
    },
  };
}
