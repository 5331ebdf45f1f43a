/** Events that end a run, or what is open of it, from outside of its own steps. */
import type { NewEvent, NewEventOf, Totals } from '@colloquy/contracts';
import { failedResponse } from './context.ts';
import type { ChatState, ModelResult, OpenMessage, RunState, ShownTexts } from './types.ts';

type AbortReason = NewEventOf<'message_aborted'>['reason'];

/** The 5th claim in a row without anything between means that the run ends every process that takes it. */
const MAX_CLAIMS = 5;

/** What a model call that nobody finished has used, as far as one can tell. */
export interface Estimate {
  readonly usage: ModelResult['usage'];
  /** Null when the price is unknown. */
  readonly costMicroUsd: number | null;
}

function aborted(run: RunState, reason: AbortReason, shown: ShownTexts): NewEvent[] {
  return run.openMessages.map(({ messageId, agent }) => {
    return { type: 'message_aborted', runId: run.runId, agent, messageId, text: shown.get(messageId) ?? '', reason };
  });
}

function closed(run: RunState, error: { code: string; message: string }): NewEvent[] {
  return run.openCalls.map((call) => failedResponse(run, call, error));
}

/**
 * A person (`by`, a user id) stops the run: what was shown of open messages stays, open calls get a failed response.
 * Nothing without a run.
 */
export function cancelEvents(state: ChatState, of: { by: string; commandId: string; shown: ShownTexts }): NewEvent[] {
  const { run } = state;
  if (run === undefined) return [];
  const { by, commandId, shown } = of;
  const error = { code: 'cancelled', message: 'The person stopped the run.' };
  const events: NewEvent[] = [
    ...aborted(run, 'cancelled', shown),
    ...closed(run, error),
    { type: 'run_cancelled', runId: run.runId, by, commandId },
  ];
  return events.map((event) => ({ ...event, commandId }));
}

/**
 * The run cannot go on: everything open of it is closed, and it has failed with the error, in words for the person.
 * Nothing without a run.
 */
export function failureEvents(
  state: ChatState,
  of: { code: string; message: string; retryable: boolean; shown: ShownTexts },
): NewEvent[] {
  const { run } = state;
  if (run === undefined) return [];
  const { code, message, retryable, shown } = of;
  return [
    ...aborted(run, 'failed', shown),
    ...closed(run, { code, message }),
    { type: 'run_failed', runId: run.runId, error: { code, message, retryable } },
  ];
}

/** A model call is about to be tried again: what was shown of the failed try is ended. */
export function retriedEvents(state: ChatState, shown: ShownTexts): NewEvent[] {
  return state.run === undefined ? [] : aborted(state.run, 'retried', shown);
}

/**
 * An orchestrator takes over a run: the claim, and the end of the message that its predecessor left open, with what
 * that call has used by estimate. One model call can have two messages open, thoughts and text: it is counted once, and
 * `estimate` gets all text that was shown of it. Nothing without a run.
 */
export function takeoverEvents(
  state: ChatState,
  of: { worker: string; shown: ShownTexts; estimate: (openMessage: OpenMessage, text: string) => Estimate },
): NewEvent[] {
  const { run } = state;
  if (run === undefined) return [];
  const attempt = run.claimsInARow + 1;
  return [
    { type: 'run_claimed', runId: run.runId, attempt, worker: of.worker },
    ...aborted(run, 'crashed', of.shown),
    ...lostCalls(state, run, of),
  ];
}

function lostCalls(
  state: ChatState,
  run: RunState,
  { shown, estimate }: Pick<Parameters<typeof takeoverEvents>[1], 'shown' | 'estimate'>,
): NewEvent[] {
  const calls = Map.groupBy(
    run.openMessages,
    ({ agent, purpose, attempt }) => `${purpose} ${String(attempt)} ${agent}`,
  );
  const events: NewEvent[] = [];
  let { totals } = state;
  for (const messages of calls.values()) {
    const message = messages.find(({ kind }) => kind === 'text') ?? messages[0];
    if (message === undefined) continue;
    const text = messages.map(({ messageId }) => shown.get(messageId) ?? '').join('');
    const estimated = estimate(message, text);
    totals = addUsage(totals, estimated);
    events.push(usageEvent(run, message, { ...estimated, totals }));
  }
  return events;
}

function usageEvent(run: RunState, message: OpenMessage, of: Estimate & { totals: Totals }): NewEvent {
  const { promptTokens, cachedTokens, completionTokens } = of.usage;
  return {
    type: 'usage',
    runId: run.runId,
    agent: message.agent,
    purpose: message.purpose,
    model: message.model,
    promptTokens,
    cachedTokens,
    completionTokens,
    costMicroUsd: of.costMicroUsd,
    ms: 0,
    firstTokenMs: null,
    estimated: true,
    totals: of.totals,
  };
}

/** The totals of a chat after one more model call. */
export function addUsage(totals: Totals, { usage, costMicroUsd }: Estimate): Totals {
  return {
    promptTokens: totals.promptTokens + usage.promptTokens,
    cachedTokens: totals.cachedTokens + usage.cachedTokens,
    completionTokens: totals.completionTokens + usage.completionTokens,
    costMicroUsd: totals.costMicroUsd + (costMicroUsd ?? 0),
    modelCalls: totals.modelCalls + 1,
  };
}

/** True when the run was claimed too often in a row: ask it when the events of the takeover are folded. */
export function tooManyAttempts(state: ChatState): boolean {
  return (state.run?.claimsInARow ?? 0) >= MAX_CLAIMS;
}
