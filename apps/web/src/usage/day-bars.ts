/** The days of a chart, also those on which nothing was used. */
import type { UsageReport } from '@colloquy/contracts';

/** One day: what it came to. */
export type UsageDay = UsageReport['byDay'][number];

/** More days than this are joined to weeks, so that a bar can be seen and hit. */
const MOST_BARS = 100;
const DAY_MS = 86_400_000;

/** The days from the first that is shown to today, each with its sum. Days are dates in UTC: `2026-01-31`. */
export function daysOf(byDay: readonly UsageDay[], days: number | undefined, today: string): readonly UsageDay[] {
  const known = new Map(byDay.map((day) => [day.day, day]));
  const end = Date.parse(today);
  const first = [...known.keys()].sort()[0] ?? today;
  const begin = days === undefined ? Date.parse(first) : end - (days - 1) * DAY_MS;
  const all: UsageDay[] = [];
  for (let at = Math.max(begin, end - 3650 * DAY_MS); at <= end; at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    all.push(known.get(day) ?? { ...NOTHING, day });
  }
  return all.length <= MOST_BARS ? all : joined(all, Math.ceil(all.length / MOST_BARS));
}

const NOTHING = {
  promptTokens: 0,
  cachedTokens: 0,
  completionTokens: 0,
  costMicroUsd: 0,
  modelCalls: 0,
  unpricedCalls: 0,
};

/** As many days to a bar, counted back from today; a bar has the name of its first day. */
function joined(days: readonly UsageDay[], size: number): readonly UsageDay[] {
  const bars: UsageDay[] = [];
  for (let end = days.length; end > 0; end -= size) {
    const part = days.slice(Math.max(0, end - size), end);
    bars.unshift(part.reduce((sum, day) => plus(sum, day), { ...NOTHING, day: part[0]?.day ?? '' }));
  }
  return bars;
}

function plus(a: UsageDay, b: UsageDay): UsageDay {
  return {
    day: a.day,
    promptTokens: a.promptTokens + b.promptTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    costMicroUsd: a.costMicroUsd + b.costMicroUsd,
    modelCalls: a.modelCalls + b.modelCalls,
    unpricedCalls: unpriced(a) + unpriced(b),
  };
}

/** What is drawn: money where there is any, else tokens. */
export function heightOf(day: Omit<UsageDay, 'day'>, priced: boolean): number {
  return priced ? day.costMicroUsd : day.promptTokens + day.completionTokens;
}

/** How many of the calls had no known price. */
export function unpriced({ unpricedCalls = 0 }: UsageReport['totals']): number {
  return unpricedCalls;
}

/** What the money of some calls can be said to be: `known`, at least so much, or nothing that is known. */
export function certainty(sum: UsageReport['totals']): 'known' | 'atLeast' | 'unknown' {
  if (unpriced(sum) === 0) return 'known';
  return unpriced(sum) < sum.modelCalls ? 'atLeast' : 'unknown';
}

/** Names of models of which some calls had no known price. */
export function unpricedModels(byModel: UsageReport['byModel']): readonly string[] {
  return byModel.filter((sum) => unpriced(sum) > 0).map(({ model }) => model);
}
