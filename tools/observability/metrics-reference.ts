import { LIBRARY_METRICS, METRIC_SERVICES, metricCatalogue, type MetricEntry } from './metric-catalogue.ts';

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_seconds(_total)?$/, 'seconds'],
  [/_bytes(_total)?$/, 'bytes'],
  [/_usd_total$/, 'US dollars'],
  [/_tokens_total$/, 'tokens'],
  [/_commits(_total)?$/, 'commits'],
];

/** The unit that a metric's name says; one that says none is a plain number. */
export function unitOf(name: string): string {
  return UNITS.find(([pattern]) => pattern.test(name))?.[1] ?? '';
}

/** docs/reference/metrics.md */
export function metricsReference(): string {
  const rows = metricCatalogue().map(rowOf).join('\n');
  return `# Metrics

Every service answers \`GET /metrics\` on its port (\`HEALTH_PORT\` where that is set) in Prometheus' format. This page is made
from the functions that make the metrics (\`node tools/observability/write.ts\`); tests hold it to them, and to what services
that run really export.

- Every sample carries \`service\`, the name of the service. No label holds the id of a chat, a run or a user, and labels whose
  values come from outside (models, codes of errors) keep their first 50 values: what comes after is \`other\`.
- "Every instance says the same" means that the broker was asked: take the largest of them, not the sum.
- A counter with labels has no samples before it first counts (failed runs have: the codes we know begin at 0). It begins with
  what it first counted, which \`rate\` and \`increase\` do not see: each series of each process lacks its first event. So cost from
  metrics is a lower bound, also since calls without a price count nothing and a process that is killed takes along what was not
  asked for yet; the truth is the usage in the database (\`GET /v1/usage\`).
- The web app has no metrics of its own: its requests are those of the edge with the route \`/*\`.

${String(metricCatalogue().length)} metrics; \`all\` means: ${METRIC_SERVICES.join(', ')}.

| name | type | labels | unit | meaning | service |
| ---- | ---- | ------ | ---- | ------- | ------- |
${rows}

## Of Node and its process

Every service has these too, from the client library: ${LIBRARY_METRICS.map((name) => `\`${name}\``).join(', ')}.

Dashboards, alerts and what to do when one fires: [operations](../guides/operations.md#alerts).
`;
}

function rowOf({ name, type, labels, help, services }: MetricEntry): string {
  const shown = services.length === METRIC_SERVICES.length ? 'all' : services.join(', ');
  const cells = [`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(', '), unitOf(name), help, shown];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
