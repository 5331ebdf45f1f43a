/** Events that end a run, or what is open of it, from outside of its own steps. */
import type { NewEvent } from '@colloquy/contracts';
import { closedCalls, completion, failure, type CompletionCode } from './context.ts';
import { cutOffEvents, type CutOff } from './cut-off.ts';
import { titleEvents } from './title.ts';
import type { ChatState } from './types.ts';

/** The 5th claim in a row without a finished piece of work between means that the run ends every process that takes it. */
const MAX_CLAIMS = 5;

/**
 * A person (`by`, a user id) stops the run: what was shown of open messages stays, their model call is counted, open
 * calls get a failed response. Nothing without a run.
 */
export function cancelEvents(state: ChatState, of: CutOff & { by: string; commandId: string }): NewEvent[] {
  const { run } = state;
  if (run === undefined) return [];
  const { by, commandId } = of;
  const error = { code: 'cancelled', message: 'The person stopped the run.' };
  const events: NewEvent[] = [
    ...cutOffEvents(state, 'cancelled', of),
    ...closedCalls(run, error),
    { type: 'run_cancelled', runId: run.runId, by, commandId },
  ];
  return events.map((event) => ({ ...event, commandId }));
}

/**
 * The clock ends the run, wherever it is: as a stop does, but the run has completed, for a reason that a timer brings.
 * It gets its title as any other run. Nothing without a run.
 */
export function timedOutEvents(
  state: ChatState,
  of: CutOff & { code: CompletionCode; text: string; commandId: string },
): NewEvent[] {
  const { run } = state;
  if (run === undefined) return [];
  const { code, text, commandId } = of;
  const events = [...cutOffEvents(state, 'cancelled', of), ...titleEvents(state), ...completion(run, code, text)];
  return events.map((event) => ({ ...event, commandId }));
}

/**
 * The run cannot go on: everything open of it is closed, and it has failed with the error, in words for the person.
 * Nothing without a run.
 */
export function failureEvents(
  state: ChatState,
  of: CutOff & { code: string; message: string; retryable: boolean },
): NewEvent[] {
  const { run } = state;
  if (run === undefined) return [];
  const { code, message, retryable } = of;
  return [...cutOffEvents(state, 'failed', of), ...failure(run, { code, message, retryable })];
}

/** A try of a model call has failed, and the run goes on: what was shown of it is ended, what it has used counted. */
export function retriedEvents(state: ChatState, cutOff: CutOff): NewEvent[] {
  return cutOffEvents(state, 'retried', cutOff);
}

/**
 * An orchestrator takes over a run: the claim, and the end of what its predecessor left open, with what that model call
 * has used. Nothing without a run.
 */
export function takeoverEvents(state: ChatState, of: CutOff & { worker: string }): NewEvent[] {
  const { run } = state;
  if (run === undefined) return [];
  const attempt = run.claimsInARow + 1;
  return [{ type: 'run_claimed', runId: run.runId, attempt, worker: of.worker }, ...cutOffEvents(state, 'crashed', of)];
}

/** An orchestrator that is going gives the run back: what it cut off is ended as at a takeover. Nothing without a run. */
export function releaseEvents(state: ChatState, of: CutOff & { worker: string }): NewEvent[] {
  const { run } = state;
  if (run === undefined) return [];
  return [
    ...cutOffEvents(state, 'handed_over', of),
    { type: 'run_released', runId: run.runId, worker: of.worker, reason: 'drain' },
  ];
}

/** True when the run was claimed too often in a row: ask it when the events of the takeover are folded. */
export function tooManyAttempts(state: ChatState): boolean {
  return (state.run?.claimsInARow ?? 0) >= MAX_CLAIMS;
}

/** True when the next claim is one too many: it stops the run, and begins nothing. */
export function isLastClaim(state: ChatState): boolean {
  return (state.run?.claimsInARow ?? 0) + 1 >= MAX_CLAIMS;
}
