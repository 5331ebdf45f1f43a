import { alerts } from '../../tools/observability/alerts.ts';
import { dashboards } from '../../tools/observability/dashboards.ts';
import { exportedDifferences } from '../../tools/observability/exported-metrics.ts';
import { METRIC_SERVICES } from '../../tools/observability/metric-catalogue.ts';
import { ofJob } from '../../tools/observability/panel.ts';
import { metricNames } from '../../tools/observability/promql-names.ts';
import { startSystem } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';
import { makeEverythingWorkflows } from '../flow/fleet/everything-workflows.ts';
import { Traffic } from './make-traffic.ts';
import { PrometheusServer, type Series } from './prometheus-server.ts';

/** What was asked, and what came of it. */
export interface Asked {
  /** The dashboard, or `alerts`. */
  readonly of: string;
  readonly title: string;
  readonly expr: string;
  readonly series: number;
  /** The least and the greatest value. */
  readonly least: number;
  readonly most: number;
  /** What is wrong with it, in words. */
  readonly fault?: string;
  /** Why it may be empty. */
  readonly excuse?: string;
}

/** What a run has shown. */
export interface Observed {
  readonly asked: readonly Asked[];
  /** Differences between docs/reference/metrics.md and what services export. */
  readonly differences: readonly string[];
  readonly fired: readonly string[];
}

/** Wide enough for each rate: a scrape a second, faults of some seconds. */
const RATE_INTERVAL = '30s';

/** Panels without data in a run like this, and why; everything else must have some. */
const EXCUSED: ReadonlyMap<string, string> = new Map([
  ['NATS servers', 'the exporter of NATS is an image: only compose and Kubernetes run it'],
  ['Calls without a price', 'the model of the run has a price'],
]);

/** Metrics that an alert may name though nothing has counted yet: counters with labels of what did not happen. */
const NOT_PROVOKED: ReadonlySet<string> = new Set(['colloquy_model_unpriced_calls_total']);

/** Starts the real system and a real Prometheus, makes traffic and faults, and asks every query. */
export async function runObserve(of: { prometheus: string; say: (line: string) => void }): Promise<Observed> {
  const workflows = await makeEverythingWorkflows('assistant', 'support-desk', 'research-team');
  const two = ['api-gateway', 'realtime-gateway', 'orchestrator'];
  const system = await startSystem({
    instances: Object.fromEntries(two.map((name) => [name, 2])),
    env: { WORKFLOWS_DIR: workflows.dir, DEMO_TOKENS_PER_SECOND: '40' },
  });
  const closing: (() => unknown)[] = [() => workflows.remove(), () => system.stop()];
  try {
    const urls = METRIC_SERVICES.flatMap((service) => system.launched.urls.get(service) ?? []);
    const server = await PrometheusServer.start(
      of.prometheus,
      urls.map((url) => new URL(url).host),
    );
    closing.push(() => server.stop());
    const traffic = await Traffic.of({ system, holds: (query) => server.holds(query), say: of.say });
    closing.push(() => traffic.close());
    await traffic.run();
    of.say('every query is asked');
    // An instance that was started again may not listen yet.
    const differences = await waitFor(() => exportedDifferences(system.launched.urls), {
      what: 'the metrics of every service',
      withinMs: 30_000,
      everyMs: 500,
    });
    const rules = await server.rules();
    const asked = [...(await askPanels(server)), ...(await askAlerts(server))];
    const fired = await server.range('max by (alertname, alertstate) (ALERTS)');
    return { asked, differences: [...differences, ...sickRules(rules)], fired: fired.map(firedName).sort() };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

const firedName = ({ labels }: Series): string => `${labels['alertname'] ?? ''} (${labels['alertstate'] ?? ''})`;

function sickRules(rules: Awaited<ReturnType<PrometheusServer['rules']>>): string[] {
  const sick = rules.filter(({ health }) => health !== 'ok');
  const missing =
    rules.length === alerts.length ? [] : [`Prometheus has ${String(rules.length)} of ${String(alerts.length)} rules`];
  return [...missing, ...sick.map(({ name, lastError }) => `alert ${name}: ${lastError ?? 'not evaluated'}`)];
}

async function askPanels(server: PrometheusServer): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const dashboard of dashboards) {
    for (const { title, queries } of dashboard.rows.flatMap(({ panels }) => panels)) {
      for (const { expr, legend } of queries) {
        const name = queries.length === 1 ? title : `${title}: ${legend}`;
        const excuse = EXCUSED.get(title);
        const found = await ask(server, ofJob(expr).replaceAll('$job', '.+'));
        const empty = found.series === 0 && found.fault === undefined;
        asked.push({
          of: dashboard.name,
          title: name,
          expr,
          ...found,
          ...(empty && excuse === undefined ? { fault: 'no data' } : {}),
          ...(empty && excuse !== undefined ? { excuse } : {}),
        });
      }
    }
  }
  return asked;
}

/** An alert gives nothing while all is well: so its expression must be taken, and its metrics be there. */
async function askAlerts(server: PrometheusServer): Promise<Asked[]> {
  const names = await server.names();
  const asked: Asked[] = [];
  for (const { name, expr } of alerts) {
    const found = await ask(server, expr);
    const missing = metricNames(expr).filter((metric) => !names.has(metric) && !NOT_PROVOKED.has(metric));
    const fault = found.fault ?? (missing.length > 0 ? `no samples of ${missing.join(', ')}` : undefined);
    const excuse = found.series === 0 ? 'silent' : undefined;
    asked.push({
      of: 'alerts',
      title: name,
      expr,
      ...found,
      ...(fault ? { fault } : {}),
      ...(excuse ? { excuse } : {}),
    });
  }
  return asked;
}

async function ask(
  server: PrometheusServer,
  expr: string,
): Promise<{ series: number; least: number; most: number; fault?: string }> {
  try {
    const found = (await server.range(expr.replaceAll('$__rate_interval', RATE_INTERVAL))).filter(
      ({ values }) => values.length > 0,
    );
    const values = found.flatMap((series) => series.values);
    const reduce = (pick: (a: number, b: number) => number): number =>
      values.reduce((a, b) => pick(a, b), values[0] ?? 0);
    return { series: found.length, least: reduce(Math.min), most: reduce(Math.max) };
  } catch (error) {
    return { series: 0, least: 0, most: 0, fault: error instanceof Error ? error.message : String(error) };
  }
}
