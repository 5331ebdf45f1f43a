import { completion, decide, type CompletionCode, type Context } from './context.ts';
import type { Step } from './types.ts';

/** The same call with the same result this often in a row is a loop. */
const MAX_REPEATS = 5;

interface Reached {
  readonly code: CompletionCode;
  readonly text: string;
}

/**
 * Ends the run instead of `step` when a limit is reached. A limit stops a run before the next thing that costs, so what
 * ends the run by itself, or only closes calls, passes.
 */
export function withinLimits(context: Context, step: Step): Step {
  const turns = step.kind === 'decide' && step.events.some(({ type }) => type === 'speaker_selected');
  if (step.kind === 'decide' && !turns) return step;
  const reached = limitReached(context) ?? (turns ? turnLimitReached(context) : undefined);
  return reached === undefined ? step : decide(completion(context.run, reached.code, reached.text));
}

function limitReached(context: Context): Reached | undefined {
  return workReached(context) ?? budgetReached(context) ?? deadlineReached(context);
}

function workReached({ run, workflow: { limits } }: Context): Reached | undefined {
  if (run.toolCalls > limits.maxToolCalls) {
    return { code: 'max_tool_calls', text: `The run may make ${String(limits.maxToolCalls)} tool calls.` };
  }
  if (run.repeats.count >= MAX_REPEATS) {
    return { code: 'loop_detected', text: `The same tool call came ${String(MAX_REPEATS)} times to the same result.` };
  }
  return undefined;
}

function budgetReached({ run, workflow: { limits } }: Context): Reached | undefined {
  const { budgetMicroUsd, budgetTokens } = limits;
  if (budgetMicroUsd !== undefined && run.costMicroUsd >= budgetMicroUsd) {
    return { code: 'budget_usd', text: `The run may cost ${(budgetMicroUsd / 1e6).toFixed(2)} USD.` };
  }
  if (budgetTokens !== undefined && run.tokens >= budgetTokens) {
    return { code: 'budget_tokens', text: `The run may use ${String(budgetTokens)} tokens.` };
  }
  return undefined;
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
  if (pattern.kind === 'round_robin' && run.turns >= pattern.maxRounds * agents.length) {
    return { code: 'max_rounds', text: `The run may go ${String(pattern.maxRounds)} rounds.` };
  }
  if (run.turns >= limits.maxTurns) {
    return { code: 'max_turns', text: `The run may take ${String(limits.maxTurns)} turns.` };
  }
  return undefined;
}
