/**
 * What a benchmark is. A number of milliseconds says more about the machine than about us, so every benchmark measures
 * two things in the same run on the same machine, ours and the floor it stands on, and what counts is their ratio.
 *
 * A benchmark is a module of this folder that exports `bench`; `npm run bench` finds it by that.
 */

/** A bound on the ratio: latencies and costs are `atMost`, rates are `atLeast`. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** The least and the greatest of several ratios. */
export interface Spread {
  readonly least: number;
  readonly most: number;
}

/** One measurement. */
export interface Measured {
  /** Ours divided by the floor. */
  readonly ratio: number;
  /** The least and the greatest ratio of a round. */
  readonly spread: Spread;
  /** What it came from, for people: name with unit to value, e.g. `{ 'append p50 ms': 0.2, 'ping p50 ms': 0.11 }`. */
  readonly parts: Readonly<Record<string, number>>;
}

/** One benchmark. */
export interface Bench {
  /** Ours and the floor, e.g. `durable fenced append / NATS ping`. */
  readonly name: string;
  readonly goal: Goal;
  /** Measures once, with its own servers, and leaves nothing running. */
  run(): Promise<Measured>;
}

/** The middle value; of an even number of values the mean of the middle two. Throws RangeError when there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new RangeError('the median of nothing');
  return (low + high) / 2;
}

/** The value below which the share `p` (0 to 1) of the values lies, by nearest rank. Throws RangeError when there are none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('a percentile of nothing');
  return value;
}

/** Whether a ratio keeps its goal. */
export function keeps(goal: Goal, ratio: number): boolean {
  return 'atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast;
}
