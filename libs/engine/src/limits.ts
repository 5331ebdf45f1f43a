import { budgetReached, estimateReached, type Reached } from './budgets.ts';
import { completion, decide, type Context } from './context.ts';
import { handoffLoop } from './handoff-loop.ts';
import { beginsChildTurn, speakerRunOf } from './speaker-run.ts';
import type { Step } from './types.ts';

/** The same call with the same result this often in a row is a loop when the workflow does not say. */
const MAX_REPEATED = 5;

/**
 * Ends the run instead of `step` when a limit is reached. A limit stops a run before the next thing that costs, so what
 * ends the run by itself, or only closes calls, passes.
 */
export function withinLimits(context: Context, step: Step): Step {
  const turns = leadsToTurn(context, step);
  if (step.kind === 'decide' && !turns && !step.events.some(({ type }) => type === 'run_started')) return step;
  const reached =
    limitReached(context) ?? (turns ? turnLimitReached(context) : undefined) ?? callReached(context, step);
  return reached === undefined ? step : decide(completion(context.run, reached.code, reached.text));
}

/** What a child run uses its parents use too, so its call must fit into what each of them has left. */
function callReached(context: Context, step: Step): Reached | undefined {
  const { within } = context;
  return estimateReached(context, step) ?? (within === undefined ? undefined : callReached(within.parent, step));
}

/** True when it gives somebody the turn, child runs too, or has somebody choose who gets it. */
function leadsToTurn({ run }: Context, step: Step): boolean {
  switch (step.kind) {
    case 'decide':
      return step.events.some(
        (event) =>
          event.type === 'speaker_selected' ||
          (event.type === 'run_started' && beginsChildTurn(run, event.parentCallId)),
      );
    case 'call_model':
      return step.request.purpose === 'select_speaker';
    case 'ask_person':
      return step.questions.some(({ purpose }) => purpose === 'select_speaker');
    default:
      return false;
  }
}

function limitReached(context: Context): Reached | undefined {
  return workReached(context) ?? budgetReached(context) ?? deadlineReached(context);
}

function workReached(context: Context): Reached | undefined {
  const { run, workflow } = context;
  const { limits } = workflow;
  if (run.toolCalls > limits.maxToolCalls) {
    return { code: 'max_tool_calls', text: `The run may make ${String(limits.maxToolCalls)} tool calls.` };
  }
  const most = limits.maxRepeatedCalls ?? MAX_REPEATED;
  if (run.repeats.count >= most) {
    return { code: 'loop_detected', text: `The same tool call came ${String(most)} times to the same result.` };
  }
  const loop = handoffLoop(context);
  return loop === undefined ? undefined : { code: 'loop_detected', text: loop };
}

/**
 * By the times on the log: the engine has no clock, so here a deadline is noticed with the first event after it. When no
 * event comes, its timer ends the run (see recordCommand).
 */
function deadlineReached({ state, run, workflow: { limits } }: Context): Reached | undefined {
  if (limits.deadlineMs === undefined || state.lastAt === undefined) return undefined;
  const took = Date.parse(state.lastAt) - Date.parse(run.startedAt);
  if (!(took >= limits.deadlineMs)) return undefined;
  return { code: 'deadline', text: deadlineText(limits.deadlineMs) };
}

/** What a person reads of a run that has taken too long. */
export function deadlineText(mayTakeMs: number): string {
  return `The run may take ${String(Math.round(mayTakeMs / 1000))} s.`;
}

/** A round is as many turns as there are agents. */
function turnLimitReached({ run, workflow: { limits, pattern, agents } }: Context): Reached | undefined {
  if (pattern.maxRounds !== undefined && run.turns >= pattern.maxRounds * agents.length) {
    return { code: 'max_rounds', text: `The run may go ${String(pattern.maxRounds)} rounds.` };
  }
  if (run.turns + speakerRunOf(run).childTurns >= limits.maxTurns) {
    return { code: 'max_turns', text: `The run may take ${String(limits.maxTurns)} turns.` };
  }
  return undefined;
}
