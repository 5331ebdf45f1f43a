/**
 * Events that end a run, or what is open of it, from outside of its own steps. A run takes its child runs with it,
 * children first.
 */
import type { NewEvent } from '@colloquy/contracts';
import { closedCalls, completion, failure, type CompletionCode } from './context.ts';
import { Cutter, type CutOff } from './cut-off.ts';
import { findRun, runsOf } from './run-tree.ts';
import { titleEvents } from './title.ts';
import type { ChatState, RunState } from './types.ts';

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
  const cutter = new Cutter(state.totals, 'cancelled', of);
  const events = runsOf(run).flatMap((each): NewEvent[] => [
    ...cutter.cut(each),
    ...closedCalls(each, error),
    { type: 'run_cancelled', runId: each.runId, by, commandId },
  ]);
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
  const events = endedEvents(state, [...titleEvents(state), ...completion(run, code, text)], of);
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
  return endedEvents(state, failure(run, { code, message, retryable }), { ...of, reason: 'failed' });
}

/**
 * What a decision puts on the log: before the end of each run that it ends, the end of all that is open of that run and
 * of its child runs.
 */
export function endedEvents(
  state: ChatState,
  events: readonly NewEvent[],
  of: CutOff & { readonly reason?: 'cancelled' | 'failed' },
): NewEvent[] {
  const cutter = new Cutter(state.totals, of.reason ?? 'cancelled', of);
  const begun = new Set<string>();
  const ending = new Set(events.flatMap(({ type, runId }) => (ENDS.has(type) && runId !== undefined ? [runId] : [])));
  return events.flatMap((event) => {
    const run = event.runId !== undefined && ending.has(event.runId) ? findRun(state.run, event.runId) : undefined;
    if (run === undefined || begun.has(run.runId)) return [event];
    begun.add(run.runId);
    const children = takenWith(run, ending).flatMap((child) => {
      const text = 'The run that had asked for it has ended.';
      return [...cutter.cut(child), ...completion(child, 'not_needed', text)];
    });
    return [...children, ...cutter.cut(run), event];
  });
}

const ENDS: ReadonlySet<NewEvent['type']> = new Set<NewEvent['type']>(['run_completed', 'run_failed']);

/** The runs that end because this one does: one that has an end of its own among the events takes its own with it. */
function takenWith({ children }: RunState, ending: ReadonlySet<string>): readonly RunState[] {
  return children.flatMap((child) => (ending.has(child.runId) ? [] : [...takenWith(child, ending), child]));
}

/**
 * A try of a model call has failed, and its run goes on: what was shown of it is ended, what it has used counted. What
 * its child runs do goes on.
 */
export function retriedEvents(state: ChatState, cutOff: CutOff): NewEvent[] {
  return state.run === undefined ? [] : new Cutter(state.totals, 'retried', cutOff).cut(state.run);
}

/**
 * An orchestrator takes over a run: the claim, and the end of what its predecessor left open, with what that model call
 * has used. Nothing without a run.
 */
export function takeoverEvents(state: ChatState, of: CutOff & { worker: string }): NewEvent[] {
  const { run } = state;
  if (run === undefined) return [];
  const attempt = run.claimsInARow + 1;
  const claim = { type: 'run_claimed' as const, runId: run.runId, attempt, worker: of.worker };
  const cutter = new Cutter(state.totals, 'crashed', of);
  return [claim, ...runsOf(run).flatMap((each) => cutter.cut(each))];
}

/** An orchestrator that is going gives the run back: what it cut off is ended as at a takeover. Nothing without a run. */
export function releaseEvents(state: ChatState, of: CutOff & { worker: string }): NewEvent[] {
  const { run } = state;
  if (run === undefined) return [];
  const cutter = new Cutter(state.totals, 'handed_over', of);
  return [
    ...runsOf(run).flatMap((each) => cutter.cut(each)),
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
