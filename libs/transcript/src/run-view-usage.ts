/** What a run used, by agent, model and purpose. */
import type { EventOf, Totals } from '@colloquy/contracts';
import type { RunDraft } from './run-view-draft.ts';
import { laneOf } from './run-view-spans.ts';
import type { UsageRow } from './run-view-state.ts';

/** `usage`. */
export function addUsage(run: RunDraft, event: EventOf<'usage'>): void {
  const { agent = '' } = event;
  if (agent !== '') laneOf(run, agent);
  run.usage = withUsage(run.usage, event);
}

/** The rows with what a call used. */
export function withUsage(rows: readonly UsageRow[], event: EventOf<'usage'>): readonly UsageRow[] {
  const { agent = '', model, purpose } = event;
  const index = rows.findIndex((row) => row.agent === agent && row.model === model && row.purpose === purpose);
  const before = rows[index] ?? { ...NOTHING, agent, model, purpose };
  const added: UsageRow = {
    ...before,
    promptTokens: before.promptTokens + event.promptTokens,
    cachedTokens: before.cachedTokens + event.cachedTokens,
    completionTokens: before.completionTokens + event.completionTokens,
    costMicroUsd: before.costMicroUsd + (event.costMicroUsd ?? 0),
    modelCalls: before.modelCalls + 1,
    unpricedCalls: before.unpricedCalls + (event.costMicroUsd === null ? 1 : 0),
    estimatedCalls: before.estimatedCalls + (event.estimated === true ? 1 : 0),
  };
  return index < 0 ? [...rows, added] : rows.with(index, added);
}

const NOTHING = {
  promptTokens: 0,
  cachedTokens: 0,
  completionTokens: 0,
  costMicroUsd: 0,
  modelCalls: 0,
  unpricedCalls: 0,
  estimatedCalls: 0,
};

/** A sum of usage under one name. */
export interface UsageSum extends Totals {
  readonly name: string;
  /** How many of the calls have no known price. */
  readonly unpricedCalls: number;
}

/** Sums of usage by agent, by model or by purpose; dearest first, then by tokens, then by name. */
export function sumUsage(rows: readonly UsageRow[], by: 'agent' | 'model' | 'purpose'): readonly UsageSum[] {
  const sums = new Map<string, UsageSum>();
  for (const row of rows) sums.set(row[by], plus(sums.get(row[by]) ?? { ...NOTHING, name: row[by] }, row));
  return [...sums.values()].sort(
    (a, b) => b.costMicroUsd - a.costMicroUsd || tokensOf(b) - tokensOf(a) || (a.name < b.name ? -1 : 1),
  );
}

/** The sum of all. */
export function totalUsage(rows: readonly UsageRow[]): UsageSum {
  return rows.reduce<UsageSum>(plus, { ...NOTHING, name: '' });
}

function plus(sum: UsageSum, row: UsageRow): UsageSum {
  return {
    name: sum.name,
    promptTokens: sum.promptTokens + row.promptTokens,
    cachedTokens: sum.cachedTokens + row.cachedTokens,
    completionTokens: sum.completionTokens + row.completionTokens,
    costMicroUsd: sum.costMicroUsd + row.costMicroUsd,
    modelCalls: sum.modelCalls + row.modelCalls,
    unpricedCalls: sum.unpricedCalls + row.unpricedCalls,
  };
}

const tokensOf = ({ promptTokens, completionTokens }: Totals): number => promptTokens + completionTokens;
