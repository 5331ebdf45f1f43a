/**
 * What a run and its chat may cost.
 *
 * Invariants (tests name them):
 * B1  A budget that is used up ends the run before the next thing that costs, with a code of its own.
 * B2  A model call whose prompt alone, by estimate and with the schemas of its tools, is more than what is left of a
 *     budget of tokens is not made. In money there is no such estimate: prices are no part of a definition.
 * B3  Calls that go on at once are made one after another where their prompts together are more than what is left.
 */
import type { CompletionCode, Context } from './context.ts';
import { estimateMessages, estimateSchemas } from './estimate-view.ts';
import type { ModelRequest, Step } from './types.ts';

/** A limit that ends a run. */
export interface Reached {
  readonly code: CompletionCode;
  readonly text: string;
}

interface Budget {
  readonly code: CompletionCode;
  readonly used: number;
  readonly most: number | undefined;
  readonly text: (most: number) => string;
}

/** The budget that is used up; undefined when none is. */
export function budgetReached(context: Context): Reached | undefined {
  const spent = budgetsOf(context).find(({ used, most }) => most !== undefined && used >= most);
  return spent?.most === undefined ? undefined : { code: spent.code, text: spent.text(spent.most) };
}

/** The budget that the call of this step would be too much for; undefined when it makes none, or there is enough left. */
export function estimateReached(context: Context, step: Step): Reached | undefined {
  if (step.kind !== 'call_model') return undefined;
  const tight = budgetsOf(context).filter(({ code, most }) => most !== undefined && TOKENS.has(code));
  if (tight.length === 0) return undefined;
  const wanted = promptTokens(step.request);
  const exceeded = tight.find(({ used, most = 0 }) => wanted > most - used);
  if (exceeded?.most === undefined) return undefined;
  const text = `${exceeded.text(exceeded.most)} The next call would take about ${String(wanted)} for its prompt alone.`;
  return { code: exceeded.code, text };
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
export function tokensLeft(context: Context): number {
  const tight = budgetsOf(context).filter(({ code }) => TOKENS.has(code));
  return Math.min(...tight.map(({ used, most = Infinity }) => most - used));
}

const TOKENS: ReadonlySet<CompletionCode> = new Set<CompletionCode>(['budget_tokens', 'chat_budget_tokens']);

function budgetsOf({ state: { totals }, run, workflow: { limits } }: Context): readonly Budget[] {
  return [
    {
      code: 'budget_usd',
      used: run.costMicroUsd,
      most: limits.budgetMicroUsd,
      text: (most) => `The run may cost ${usd(most)} USD.`,
    },
    {
      code: 'budget_tokens',
      used: run.tokens,
      most: limits.budgetTokens,
      text: (most) => `The run may use ${String(most)} tokens.`,
    },
    {
      code: 'chat_budget_usd',
      used: totals.costMicroUsd,
      most: limits.chatBudgetMicroUsd,
      text: (most) => `This chat may cost ${usd(most)} USD in all.`,
    },
    {
      code: 'chat_budget_tokens',
      used: totals.promptTokens + totals.completionTokens,
      most: limits.chatBudgetTokens,
      text: (most) => `This chat may use ${String(most)} tokens in all.`,
    },
  ];
}

function usd(micro: number): string {
  return (micro / 1e6).toFixed(2);
}
