import type { NewEvent } from '@colloquy/contracts';
import { FencedError } from '@colloquy/messaging';
import {
  contextOf,
  failedCallEvents,
  replyEvents,
  retriedEvents,
  stepOf,
  type Context,
  type ModelRequest,
  type ModelResult,
} from '@colloquy/engine';
import { ModelError, type ModelFailure } from '@colloquy/effects';
import { openFileOf } from './open-file-of.ts';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';
import { EffectAborted } from './steps-in-progress.ts';
import { ReplyStream } from './stream-reply.ts';

type Parts = Pick<OrchestratorParts, 'effects' | 'clock' | 'log' | 'files'>;

interface Attempt {
  readonly chat: RunningChat;
  readonly request: ModelRequest;
  readonly runId: string;
  readonly number: number;
}

/**
 * Calls a model for a run until it has answered, was cancelled, or has failed for good, and records what came of it.
 * @throws FencedError when somebody else owns the chat
 */
export async function callModel(
  parts: Parts,
  chat: RunningChat,
  { runId, request }: { runId: string; request: ModelRequest },
): Promise<void> {
  for (let number = 1; ; number++) {
    const waitMs = await tryOnce(parts, { chat, request, runId, number });
    // Between two attempts is a step boundary: what failed may have used up the budget, and a drain need not wait.
    if (waitMs === undefined || chat.draining || !isWanted(chat, runId)) return;
    const signal = await chat.beginEffect({ runId, stallLimitMs: waitMs + 5000 });
    const waited = await parts.clock.sleep(waitMs, signal).then(
      () => true,
      () => false,
    );
    if (!waited) return;
  }
}

/** A call that failed has cost something: another one may be more than the run may spend. */
function isWanted(chat: RunningChat, runId: string): boolean {
  return stepOf(chat.state, chat.workflow, runId)?.kind === 'call_model';
}

/** Milliseconds to wait before the next attempt; undefined when there is nothing more to do. */
async function tryOnce(parts: Parts, attempt: Attempt): Promise<number | undefined> {
  const { chat, request, runId, number } = attempt;
  const signal = await chat.beginEffect({ runId, stallLimitMs: parts.effects.stallLimitMs({ kind: 'model' }) });
  if (signal.aborted) return undefined;
  const about = { runId, request, model: parts.effects.modelName(request.model), attempt: number };
  const stream = new ReplyStream({ chat, clock: parts.clock, signal, about });
  const call = { request, model: about.model, written: '' };
  // Sent in the same tick: from now on whatever cuts it off counts it.
  chat.steps.called(runId, call);
  try {
    const result = await parts.effects.callModel(request, {
      signal,
      openFile: openFileOf(parts.files, chat.state),
      onProgress: () => {
        chat.steps.progressed(runId);
      },
      onPiece: (piece) => {
        call.written += piece.text;
        if (request.purpose === 'reply' && request.hold !== true) stream.add(piece);
        else chat.steps.progressed(runId);
      },
    });
    await stream.end();
    await recordReply(attempt, signal, result);
    return undefined;
  } catch (error) {
    // A provider that was not reached, or refused, has used nothing.
    if (error instanceof ModelError && call.written === '') chat.steps.settleCalls((of) => of === runId);
    await stream.end();
    return recordFailure(parts, attempt, error);
  }
}

async function recordReply({ chat, runId, request }: Attempt, signal: AbortSignal, result: ModelResult): Promise<void> {
  await chat.change((state) => {
    const context = contextOf(state, chat.workflow, runId);
    if (signal.aborted || context === undefined) return undefined;
    return { events: replyEvents(context.state, context.workflow, { request, result }) };
  });
}

async function recordFailure(parts: Parts, attempt: Attempt, error: unknown): Promise<number | undefined> {
  const { chat, runId, number, request } = attempt;
  if (error instanceof FencedError) throw error;
  if (error instanceof EffectAborted) return undefined;
  if (!(error instanceof ModelError)) throw error;
  const { failure } = error;
  const waitMs = failure.retryable ? parts.effects.retryDelayMs(failure, number) : undefined;
  parts.log.warn(
    { chatId: chat.chatId, runId, agent: request.agent, code: failure.code, attempt: number, waitMs },
    'model call failed',
  );
  const again = waitMs !== undefined;
  const modelName = (model: string): string => parts.effects.modelName(model);
  await chat.change((state) => {
    const context = contextOf(state, chat.workflow, runId);
    return context === undefined
      ? undefined
      : { events: afterFailure(context, attempt, { failure, again, modelName }) };
  });
  return waitMs;
}

function afterFailure(
  { state, workflow }: Pick<Context, 'state' | 'workflow'>,
  { chat: { cutOff }, request }: Attempt,
  { failure, again, modelName }: { failure: ModelFailure; again: boolean; modelName: (model: string) => string },
): NewEvent[] {
  if (again) return retriedEvents(state, cutOff);
  return failedCallEvents(state, workflow, { request, failure, cutOff, modelName });
}
