import type { Clock, Ids } from '@colloquy/contracts';
import type { ModelRequest, ModelResult } from '@colloquy/engine';
import { BadRequestError, type OpenAI } from 'openai';
import type { ByteRoom } from './byte-room.ts';
import { estimatePromptTokens, estimateTokens } from './estimate-tokens.ts';
import { loadFiles, pictureBytes, withoutPictures, type FileContents } from './load-files.ts';
import { ModelError } from './model-error.ts';
import type { ModelSettings } from './model-settings.ts';
import type { Prices } from './prices.ts';
import { ReplyReader, type Reply } from './reply-reader.ts';
import { StopSignal } from './stop-signal.ts';
import { toModelFailure } from './to-model-failure.ts';
import { toOpenAiRequest } from './to-openai.ts';
import type { ModelCallContext } from './types.ts';

/** How long a model call may take, in milliseconds. */
export interface ModelLimits {
  /** Until the first piece of the reply. */
  readonly firstTokenMs: number;
  /** From one chunk to the next, once the reply has begun. */
  readonly idleMs: number;
  /** All in all. */
  readonly totalMs: number;
}

/** What a model call is made with. */
export interface ModelCaller {
  readonly client: OpenAI;
  readonly settings: ModelSettings;
  readonly prices: Prices;
  readonly limits: ModelLimits;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Room for the pictures of all requests that are on their way. */
  readonly pictures: ByteRoom;
}

/**
 * One attempt of one streamed call of `model`.
 * @throws ModelError; the signal's reason when aborted; whatever `onPiece` throws
 */
export async function callModel(
  caller: ModelCaller,
  call: { readonly request: ModelRequest; readonly model: string },
  context: ModelCallContext,
): Promise<ModelResult> {
  const startedAt = caller.clock.monotonic();
  const stop = new StopSignal(caller.clock, context.signal);
  let give = (): void => undefined;
  try {
    const weight = pictureBytes(call.request);
    if (weight > 0) give = await caller.pictures.take(weight, stop.signal);
    const reply = await readReply(caller, { ...call, stop, context });
    return toResult(caller, call, { reply, startedAt });
  } finally {
    give();
    stop.close();
  }
}

interface OpenCall {
  readonly request: ModelRequest;
  readonly model: string;
  readonly stop: StopSignal;
  readonly context: ModelCallContext;
}

async function readReply(caller: ModelCaller, { request, model, stop, context }: OpenCall): Promise<Reply> {
  const { clock, ids, limits, settings } = caller;
  const reader = new ReplyReader({
    clock,
    ids,
    onPiece(piece) {
      try {
        context.onPiece(piece);
      } catch (error) {
        stop.stop(error); // the caller's own fault, not the model's
      }
    },
  });
  stop.setTimer('total', limits.totalMs, () => tooSlow('timeout', 'did not finish', limits.totalMs));
  try {
    stop.signal.throwIfAborted();
    const { openFile } = context;
    const files = await loadFiles(request, { vision: settings.vision ?? true, openFile, signal: stop.signal });
    if (files.size > 0) context.onProgress?.();
    stop.setTimer('first', limits.firstTokenMs, () =>
      tooSlow('first_token_timeout', 'did not begin to answer', limits.firstTokenMs),
    );
    const stream = await openStream(caller, { request, model, stop, context }, files);
    for await (const chunk of stream) {
      if (stop.signal.aborted) break;
      context.onProgress?.();
      reader.read(chunk);
      if (!reader.begun) continue;
      stop.clearTimer('first');
      stop.setTimer('idle', limits.idleMs, () =>
        tooSlow('timeout', 'stopped in the middle of its answer', limits.idleMs),
      );
    }
  } catch (error) {
    stop.signal.throwIfAborted();
    if (error instanceof ModelError) throw error;
    const { baseUrl, apiKey } = settings;
    const failure = toModelFailure(error, { model, baseUrl, apiKey, begun: reader.begun, now: clock.now() });
    throw new ModelError(failure, { cause: error });
  }
  stop.signal.throwIfAborted(); // the client ends an aborted stream as if it were complete
  return checked(reader.reply(), { model, baseUrl: settings.baseUrl });
}

/** A picture that a model does not take must not end the chat: it is in every later request, too. */
async function openStream(caller: ModelCaller, call: OpenCall, files: FileContents) {
  try {
    return await create(caller, call, files);
  } catch (error) {
    const plain = error instanceof BadRequestError ? withoutPictures(files) : undefined;
    if (plain === undefined) throw error;
    return create(caller, call, plain);
  }
}

function create({ client }: ModelCaller, { request, model, stop, context }: OpenCall, files: FileContents) {
  return client.chat.completions.create(toOpenAiRequest(request, model, files), {
    signal: stop.signal,
    ...(context.traceparent === undefined ? {} : { headers: { traceparent: context.traceparent } }),
  });
}

/** Trying again may help against a slow first token or a stall; a call that used up its whole time would do so again. */
function tooSlow(code: 'first_token_timeout' | 'timeout', what: string, ms: number): ModelError {
  return new ModelError({
    code,
    message: `The model ${what} within ${Math.round(ms / 1000)} seconds.`,
    retryable: what !== 'did not finish',
  });
}

function checked(reply: Reply, { model, baseUrl }: { model: string; baseUrl: string }): Reply {
  if (reply.finishReason === undefined)
    throw new ModelError({
      code: 'connection_lost',
      message: `The connection to ${new URL(baseUrl).host} broke off in the middle of the answer.`,
      retryable: true,
    });
  if (reply.finishReason === 'content_filter' && reply.written === '')
    throw new ModelError({
      code: 'content_filter',
      message: `The content filter of the model "${model}" held the answer back.`,
      retryable: false,
    });
  return reply;
}

function toResult(
  { clock, prices }: ModelCaller,
  { request, model }: { readonly request: ModelRequest; readonly model: string },
  { reply, startedAt }: { readonly reply: Reply; readonly startedAt: number },
): ModelResult {
  const answered = reply.model ?? model;
  const usage = reply.usage ?? {
    promptTokens: estimatePromptTokens(request),
    cachedTokens: 0,
    completionTokens: estimateTokens(reply.written),
    estimated: true,
  };
  return {
    messageId: reply.messageId,
    text: reply.text,
    ...(reply.reasoning === undefined ? {} : { reasoning: reply.reasoning }),
    toolCalls: reply.toolCalls,
    finishReason: reply.finishReason ?? 'stop',
    model: answered,
    usage,
    costMicroUsd: prices.cost(answered, usage) ?? prices.cost(model, usage),
    ms: Math.round(clock.monotonic() - startedAt),
    firstTokenMs: reply.firstPieceAt === undefined ? null : Math.round(reply.firstPieceAt - startedAt),
  };
}
