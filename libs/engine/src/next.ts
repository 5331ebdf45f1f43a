/**
 * The one thing to do now, from the state alone.
 *
 * Invariants (tests name them):
 * N1  The same log gives the same step: a crash between a step and its events costs nothing but the step.
 * N2  A run always comes to rest: every step makes the log longer, and limits bound turns, calls and repeats.
 * N3  Order: what open calls need, what their results want, then who speaks. A limit comes before all that costs.
 */
import type { WorkflowDefinition } from '@colloquy/contracts';
import { decide, failure, type Context } from './context.ts';
import { withinLimits } from './limits.ts';
import { turnStep } from './next-speaker.ts';
import { openCallsStep } from './open-calls.ts';
import { settleCallsStep } from './settle-calls.ts';
import { takeUpStep } from './take-up.ts';
import { withTitle } from './title.ts';
import type { ChatState, Step } from './types.ts';

/**
 * Says the one thing to do now. Ask it at step boundaries only: when the events of the step before are folded.
 * @param state - the fold of the whole log
 * @param workflow - the definition of the run that is going on; not looked at when there is none
 */
export function next(state: ChatState, workflow: WorkflowDefinition | undefined): Step {
  if (state.deletedAt !== undefined) return { kind: 'rest', status: 'idle' };
  const { run } = state;
  if (run === undefined) return startStep(state);
  if (workflow === undefined) {
    const message = `The definition of the workflow "${run.workflow}" is gone.`;
    return decide(failure(run, { code: 'definition_missing', message, retryable: true }));
  }
  return runStep({ state, run, workflow });
}

function startStep(state: ChatState): Step {
  const newest = state.inbox.at(-1);
  if (newest === undefined || state.workflow === undefined) return { kind: 'rest', status: 'idle' };
  // All that waits is answered together.
  return { kind: 'start_run', workflow: state.workflow, trigger: newest.seq, variables: state.variables };
}

function runStep(context: Context): Step {
  const step = openCallsStep(context) ?? settleCallsStep(context) ?? takeUpStep(context) ?? turnStep(context);
  return withTitle(context, withinLimits(context, step));
}
