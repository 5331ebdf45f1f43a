import type { Totals, UsageReport } from '@colloquy/contracts';

/** Tokens and money of some calls; `unpricedCalls` of them had no known price and added nothing to the money. */
export interface UsageSum extends Totals {
  readonly unpricedCalls: number;
}

/** Usage of one model by one agent on one UTC day. */
export interface UsageRow extends UsageSum {
  readonly day: string;
  readonly model: string;
  /** Calls that no agent made (a title) count under `workflow`. */
  readonly agent: string;
}

/** Name under which calls without an agent count. */
export const NO_AGENT = 'workflow';

const ZERO: UsageSum = {
  promptTokens: 0,
  cachedTokens: 0,
  completionTokens: 0,
  costMicroUsd: 0,
  modelCalls: 0,
  unpricedCalls: 0,
};

/** Sums rows by day (oldest first), by model and by agent (dearest first). */
export function usageReport(rows: readonly UsageRow[]): UsageReport {
  const byDay = sumBy(rows, (row) => row.day).map(([day, totals]) => ({ day, ...totals }));
  const byModel = sumBy(rows, (row) => row.model).map(([model, totals]) => ({ model, ...totals }));
  const byAgent = sumBy(rows, (row) => row.agent).map(([agent, totals]) => ({ agent, ...totals }));
  return {
    byDay: byDay.sort((a, b) => compare(a.day, b.day)),
    byModel: byModel.sort((a, b) => dearest(a, b) || compare(a.model, b.model)),
    byAgent: byAgent.sort((a, b) => dearest(a, b) || compare(a.agent, b.agent)),
    totals: rows.reduce(add, ZERO),
  };
}

function sumBy(rows: readonly UsageRow[], keyOf: (row: UsageRow) => string): [string, UsageSum][] {
  const sums = new Map<string, UsageSum>();
  for (const row of rows) sums.set(keyOf(row), add(sums.get(keyOf(row)) ?? ZERO, row));
  return [...sums];
}

function add(sum: UsageSum, row: UsageSum): UsageSum {
  return {
    promptTokens: sum.promptTokens + row.promptTokens,
    cachedTokens: sum.cachedTokens + row.cachedTokens,
    completionTokens: sum.completionTokens + row.completionTokens,
    costMicroUsd: sum.costMicroUsd + row.costMicroUsd,
    modelCalls: sum.modelCalls + row.modelCalls,
    unpricedCalls: sum.unpricedCalls + row.unpricedCalls,
  };
}

const dearest = (a: Totals, b: Totals): number => b.costMicroUsd - a.costMicroUsd;
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
