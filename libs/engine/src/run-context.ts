import type { Branch, WorkflowDefinition } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { pathTo, seenBy } from './run-tree.ts';
import type { ChatState, RunState } from './types.ts';

/**
 * A run of the chat as it sees itself: the chat's own or one of its child runs. Undefined when it does not go on, or
 * nobody knows its branch.
 */
export function contextOf(
  state: ChatState,
  workflow: WorkflowDefinition | undefined,
  runId: string | undefined = state.run?.runId,
): Context | undefined {
  const { run } = state;
  if (run === undefined || workflow === undefined) return undefined;
  const whole: Context = { state, run, workflow };
  if (run.runId === runId) return whole;
  const further = pathTo(run, runId)?.slice(1);
  return further?.reduce<Context | undefined>((parent, child) => parent && childContext(parent, child), whole);
}

/** A child run as it sees itself; undefined when its parent's workflow does not have its branch. */
export function childContext(parent: Context, child: RunState): Context | undefined {
  const { workflow, depth } = parent.within ?? { workflow: parent.workflow, depth: 0 };
  const branch = workflow.children
    ?.find(({ name }) => name === child.origin?.child)
    ?.branches.find(({ name }) => name === child.origin?.branch);
  if (branch === undefined) return undefined;
  return {
    state: seenBy(parent.state, child),
    run: child,
    workflow: narrowed(workflow, branch),
    within: { workflow, depth: depth + 1, parent },
  };
}

/** Limits that are the chat's or the whole run's are watched there: what a child run uses counts in its parents too. */
function narrowed(workflow: WorkflowDefinition, branch: Branch): WorkflowDefinition {
  const { agents, pattern, summary, maxTurns, budgetMicroUsd, budgetTokens } = branch;
  const { limits, titleModel: _title, ...rest } = workflow;
  const {
    budgetMicroUsd: _usd,
    budgetTokens: _tokens,
    deadlineMs: _deadline,
    chatBudgetMicroUsd: _chatUsd,
    chatBudgetTokens: _chatTokens,
    ...own
  } = limits;
  return {
    ...rest,
    pattern,
    summary,
    agents: workflow.agents.filter(({ name }) => agents.includes(name)),
    limits: {
      ...own,
      maxTurns: maxTurns ?? own.maxTurns,
      ...(budgetMicroUsd === undefined ? {} : { budgetMicroUsd }),
      ...(budgetTokens === undefined ? {} : { budgetTokens }),
    },
  };
}
