/**
 * What a run and its chat may cost.
 *
 * Invariants (tests name them):
 * B1  A budget that is used up ends the run before the next thing that costs, with a code of its own.
 * B2  A model call whose prompt alone, by estimate and with the schemas of its tools, is more than what is left of a
 *     budget of tokens is not made. In money there is no such estimate: prices are no part of a definition.
 * B3  Calls that go on at once are made one after another where their prompts together are more than what is left.
 */
import type { Totals, WorkflowDefinition } from '@colloquy/contracts';
import type { CompletionCode, Context } from './context.ts';
import { estimateMessages, estimateSchemas } from './estimate-view.ts';
import type { ModelRequest, RunState, Step } from './types.ts';

/** A limit that ends a run. */
export interface Reached {
  readonly code: CompletionCode;
  readonly text: string;
}

interface Budget {
  readonly code: CompletionCode;
  readonly most: (limits: WorkflowDefinition['limits']) => number | undefined;
  readonly used: (run: RunState, totals: Totals) => number;
  readonly text: (most: number) => string;
  /** True of those that tokens are counted in. */
  readonly inTokens: boolean;
}

/** The budget that is used up; undefined when none is. */
export function budgetReached(context: Context): Reached | undefined {
  for (const { code, most: mostOf, used, text } of BUDGETS) {
    const most = mostOf(context.workflow.limits);
    if (most !== undefined && used(context.run, context.state.totals) >= most) return { code, text: text(most) };
  }
  return undefined;
}

/** The budget that the call of this step would be too much for; undefined when it makes none, or there is enough left. */
export function estimateReached(context: Context, step: Step): Reached | undefined {
  if (step.kind !== 'call_model') return undefined;
  for (const budget of BUDGETS) {
    const most = budget.inTokens ? budget.most(context.workflow.limits) : undefined;
    if (most === undefined) continue;
    const wanted = promptTokens(step.request);
    if (!(wanted > most - budget.used(context.run, context.state.totals))) continue;
    const text = `${budget.text(most)} The next call would take about ${String(wanted)} for its prompt alone.`;
    return { code: budget.code, text };
  }
  return undefined;
}

/** A call that goes on is looked at whenever another run of its chat moves; to measure its prompt is dear. */
const measured = new WeakMap<ModelRequest, number>();

/** What the prompt of a call takes, by estimate. */
export function promptTokens(request: ModelRequest): number {
  const known = measured.get(request);
  if (known !== undefined) return known;
  const tokens = estimateMessages(request.messages) + estimateSchemas(request);
  measured.set(request, tokens);
  return tokens;
}

/** What is left of the budgets of tokens that the run itself has; Infinity when it has none. */
export function tokensLeft({ state, run, workflow }: Context): number {
  const tight = BUDGETS.filter(({ inTokens }) => inTokens);
  return Math.min(...tight.map(({ most, used }) => (most(workflow.limits) ?? Infinity) - used(run, state.totals)));
}

/** Asked with every step: nothing is made anew for it. */
const BUDGETS: readonly Budget[] = [
  {
    code: 'budget_usd',
    most: ({ budgetMicroUsd }) => budgetMicroUsd,
    used: ({ costMicroUsd }) => costMicroUsd,
    text: (most) => `The run may cost ${usd(most)} USD.`,
    inTokens: false,
  },
  {
    code: 'budget_tokens',
    most: ({ budgetTokens }) => budgetTokens,
    used: ({ tokens }) => tokens,
    text: (most) => `The run may use ${String(most)} tokens.`,
    inTokens: true,
  },
  {
    code: 'chat_budget_usd',
    most: ({ chatBudgetMicroUsd }) => chatBudgetMicroUsd,
    used: (_run, { costMicroUsd }) => costMicroUsd,
    text: (most) => `This chat may cost ${usd(most)} USD in all.`,
    inTokens: false,
  },
  {
    code: 'chat_budget_tokens',
    most: ({ chatBudgetTokens }) => chatBudgetTokens,
    used: (_run, { promptTokens: asked, completionTokens }) => asked + completionTokens,
    text: (most) => `This chat may use ${String(most)} tokens in all.`,
    inTokens: true,
  },
];

function usd(micro: number): string {
  return (micro / 1e6).toFixed(2);
}
