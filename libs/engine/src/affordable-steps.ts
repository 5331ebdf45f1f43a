import type { WorkflowDefinition } from '@colloquy/contracts';
import { promptTokens, tokensLeft } from './budgets.ts';
import type { Context } from './context.ts';
import { contextOf } from './run-context.ts';
import type { ModelRequest, PlannedStep, Step } from './types.ts';

/** A model call that goes on: by which run, and those above it. */
interface Flight {
  readonly runs: readonly string[];
  readonly tokens: number;
}

/** The keys of steps that are being taken. With the steps nobody has to find out again what they ask. */
export type Busy = ReadonlySet<string> | ReadonlyMap<string, Step>;

/** What a run is asking a model; undefined when it does something else. */
export type RequestOf = (context: Context) => ModelRequest | undefined;

/**
 * The steps without the model calls that have to wait (B3): together with those that go on, their prompts would be more
 * than what is left of a budget. When those have ended what is left is known, and what did not fit may fit after all.
 */
export function affordableSteps(
  whole: Context,
  steps: readonly PlannedStep[],
  { busy, requestOf }: { readonly busy: Busy; readonly requestOf: RequestOf },
): readonly PlannedStep[] {
  // Without child runs there is one call at a time; and to know what prompts take is dear.
  if (whole.run.children.length === 0 || !hasBudget(whole.workflow)) return steps;
  const flights = [...busy.keys()].flatMap((key) => {
    const asked: RequestOf = 'get' in busy ? () => requestIn(busy.get(key)) : requestOf;
    return flightOf(ofRun(whole, key), asked) ?? [];
  });
  return steps.filter(({ runId, step }) => {
    if (step.kind !== 'call_model') return true;
    const context = ofRun(whole, runId);
    const flight = flightOf(context, () => step.request);
    if (context === undefined || flight === undefined) return true;
    if (flights.length > 0 && !fits(context, flight, flights)) return false;
    flights.push(flight);
    return true;
  });
}

function requestIn(step: Step | undefined): ModelRequest | undefined {
  return step?.kind === 'call_model' ? step.request : undefined;
}

function hasBudget({ limits, children = [] }: WorkflowDefinition): boolean {
  return [limits, { budgetTokens: limits.chatBudgetTokens }, ...children.flatMap(({ branches }) => branches)].some(
    ({ budgetTokens }) => budgetTokens !== undefined,
  );
}

function ofRun({ state, workflow }: Context, runId: string | undefined): Context | undefined {
  return runId === undefined ? undefined : contextOf(state, workflow, runId);
}

function flightOf(context: Context | undefined, requestOf: RequestOf): Flight | undefined {
  const request = context === undefined ? undefined : requestOf(context);
  if (context === undefined || request === undefined) return undefined;
  return { runs: lineOf(context).map(({ run }) => run.runId), tokens: promptTokens(request) };
}

/** A run and those above it. */
function lineOf(context: Context): readonly Context[] {
  const { within } = context;
  return within === undefined ? [context] : [context, ...lineOf(within.parent)];
}

function fits(context: Context, { tokens }: Flight, flights: readonly Flight[]): boolean {
  return lineOf(context).every((above) => {
    const left = tokensLeft(above);
    if (left === Infinity) return true;
    const others = flights.filter(({ runs }) => runs.includes(above.run.runId));
    return others.reduce((sum, other) => sum + other.tokens, tokens) <= left;
  });
}
