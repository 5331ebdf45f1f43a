/** p50, p95 and the largest of some times in ms, in words. */
export function percentiles(times: readonly number[]): { p50: number; p95: number; max: number; text: string } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): number =>
    Math.round(sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN);
  const [p50, p95, max] = [at(0.5), at(0.95), at(1)];
  const text = `n=${String(times.length)} p50=${String(p50)} ms p95=${String(p95)} ms max=${String(max)} ms`;
  return { p50, p95, max, text };
}
