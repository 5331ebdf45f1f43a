/**
 * What is said of the model calls that are in progress when something ends them.
 *
 * Invariants (tests name them):
 * U1  A model call that is cut off is counted once, by estimate, in the commit that cuts it off, before what ends the
 *     run. One that is not known to have reached its model is not counted.
 * U2  The totals of a `usage` event are the sum of all `usage` events of the chat up to it.
 */
import type { NewEvent, NewEventOf, Totals } from '@colloquy/contracts';
import type { ModelRequest, ModelResult, RunState, ShownTexts } from './types.ts';

/** What a model call has used. */
export interface Estimate {
  readonly usage: ModelResult['usage'];
  /** Null when the price is unknown. */
  readonly costMicroUsd: number | null;
}

/** Guesses what a call has used that wrote `text`; without its request, only what it wrote is counted. Pure. */
export type Estimator = (request: ModelRequest | undefined, text: string, model: string) => Estimate;

/** A model call that has reached its model and whose end is not on the log. */
export interface CallInProgress {
  readonly request: ModelRequest;
  /** The model that answers it. */
  readonly model: string;
  /** All that it has written by now, shown or not: text, thoughts and arguments. */
  readonly written: string;
}

/** What is known of the model calls that are cut off. */
export interface CutOff {
  /** Text that was shown of messages that have not ended. */
  readonly shown: ShownTexts;
  readonly estimate: Estimator;
  /**
   * The model call of a run. Only who made the call knows it. Without it, what was shown is all that tells of a call.
   */
  readonly callOf?: ((runId: string) => CallInProgress | undefined) | undefined;
}

/** Ends messages, and keeps the totals that the next call of the same commit goes on from. */
export class Cutter {
  readonly #reason: NewEventOf<'message_aborted'>['reason'];
  readonly #cutOff: CutOff;
  #totals: Totals;

  constructor(totals: Totals, reason: NewEventOf<'message_aborted'>['reason'], cutOff: CutOff) {
    this.#totals = totals;
    this.#reason = reason;
    this.#cutOff = cutOff;
  }

  /** Ends the messages of a run that are open, with what was shown of them, and counts their call. */
  cut(run: RunState): NewEvent[] {
    const { shown, estimate } = this.#cutOff;
    const aborted = run.openMessages.map(({ messageId, agent }): NewEvent => {
      const text = shown.get(messageId) ?? '';
      return { type: 'message_aborted', runId: run.runId, agent, messageId, text, reason: this.#reason };
    });
    const lost = lostCall(run, this.#cutOff);
    if (lost === undefined) return aborted;
    const usage = usageOf(this.#totals, run, { ...lost, estimate });
    this.#totals = usage.totals;
    return [...aborted, usage];
  }
}

type LostCall = Pick<ModelRequest, 'agent' | 'purpose'> & {
  readonly request: ModelRequest | undefined;
  readonly model: string;
  readonly text: string;
};

/** A run makes one model call at a time, so all open messages are of one: its thoughts and its text. */
function lostCall({ runId, openMessages }: RunState, { shown, callOf }: CutOff): LostCall | undefined {
  const call = callOf?.(runId);
  if (call !== undefined) {
    const { request, model, written } = call;
    return { agent: request.agent, purpose: request.purpose, request, model, text: written };
  }
  const message = openMessages[0];
  if (message === undefined) return undefined;
  const { agent, purpose, model } = message;
  const text = openMessages.map(({ messageId }) => shown.get(messageId) ?? '').join('');
  return { agent, purpose, request: undefined, model, text };
}

function usageOf(totals: Totals, run: RunState, lost: LostCall & Pick<CutOff, 'estimate'>): NewEventOf<'usage'> {
  const { agent, purpose, request, model, text, estimate } = lost;
  const estimated = estimate(request, text, model);
  const { promptTokens, cachedTokens, completionTokens } = estimated.usage;
  return {
    type: 'usage',
    runId: run.runId,
    agent,
    purpose,
    model,
    promptTokens,
    cachedTokens,
    completionTokens,
    costMicroUsd: estimated.costMicroUsd,
    ms: 0,
    firstTokenMs: null,
    estimated: true,
    cutOff: true,
    totals: addUsage(totals, estimated),
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
