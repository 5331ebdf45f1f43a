/** Grafana's names of units. */
export type Unit = 's' | 'bytes' | 'short' | 'percentunit' | 'currencyUSD' | 'reqps' | 'ops' | 'none';

/** One query of a panel. */
export interface Query {
  /** PromQL; `$__rate_interval` is Grafana's. */
  readonly expr: string;
  readonly legend: string;
}

/** One panel of a dashboard. */
export interface Panel {
  readonly title: string;
  /** What it shows, and what to think of it. */
  readonly description: string;
  readonly kind: 'timeseries' | 'stat';
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** From here on it is yellow, and red. */
  readonly thresholds?: { readonly warn: number; readonly bad: number };
  /** Of 24 columns. Default 8; of a stat 4. */
  readonly width?: number;
}

/** Panels under a heading. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** One dashboard. */
export interface Dashboard {
  /** Its file's name, and a part of its address in Grafana. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
}

/** The same query of one installation, or of several: Grafana puts them in for `$job`. */
export function ofJob(expr: string): string {
  return expr.replaceAll(/\b((?:colloquy|nodejs|process)_\w+)(\{?)/g, (_all, name: string, brace: string) =>
    brace === '' ? `${name}{job=~"$job"}` : `${name}{job=~"$job", `,
  );
}

/** How often something happens, a second, summed over instances. */
export function rate(metric: string, by: readonly string[] = []): string {
  return `${sumBy(by)} (rate(${metric}[$__rate_interval]))`;
}

/** A quantile of a histogram over all instances. */
export function quantile(q: number, histogram: string, by: readonly string[] = []): string {
  const { name, filter } = split(histogram);
  return `histogram_quantile(${String(q)}, ${sumBy(['le', ...by])} (rate(${name}_bucket${filter}[$__rate_interval])))`;
}

/** Median, 95 % and 99 % of a histogram. */
export function quantiles(histogram: string): readonly Query[] {
  return [
    { expr: quantile(0.5, histogram), legend: 'median' },
    { expr: quantile(0.95, histogram), legend: '95 %' },
    { expr: quantile(0.99, histogram), legend: '99 %' },
  ];
}

function sumBy(by: readonly string[]): string {
  return by.length === 0 ? 'sum' : `sum by (${by.join(', ')})`;
}

function split(selector: string): { name: string; filter: string } {
  const at = selector.indexOf('{');
  return at < 0 ? { name: selector, filter: '' } : { name: selector.slice(0, at), filter: selector.slice(at) };
}
