/** How long things took; NaN where nothing was measured, so that no bound holds for it. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** The value that a part of all (0 to 1) is not above, by nearest rank; NaN of none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

/** Count, median, 95th percentile and maximum, in the unit of the values, rounded. */
export function spreadOf(values: readonly number[]): Spread {
  return {
    count: values.length,
    p50: Math.round(percentile(values, 0.5)),
    p95: Math.round(percentile(values, 0.95)),
    max: Math.round(percentile(values, 1)),
  };
}

/** A spread of milliseconds in words. */
export const spreadText = ({ count, p50, p95, max }: Spread): string =>
  count === 0 ? 'none' : `p50 ${String(p50)} ms, p95 ${String(p95)} ms, max ${String(max)} ms (${String(count)})`;
