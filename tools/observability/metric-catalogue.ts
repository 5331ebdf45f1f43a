import {
  createRequestMeter,
  createSpanMeter,
  countReconnects,
  measureCommits,
  Metrics,
  watchParked,
  watchService,
} from '@colloquy/service';
import { createFileMeters, watchTransfers } from '../../apps/api-gateway/src/file-meters.ts';
import { createMeters as demoModel } from '../../apps/demo-model/src/meters.ts';
import { createMeters as edge } from '../../apps/edge/src/meters.ts';
import { createMeters as eventLogger } from '../../apps/event-logger/src/meters.ts';
import { createEventCounter } from '../../apps/orchestrator/src/count-events.ts';
import { measureEffects } from '../../apps/orchestrator/src/measure-effects.ts';
import { createMeters as orchestrator, watchWork } from '../../apps/orchestrator/src/meters.ts';
import { createMeters as persistence, createSweepMeters, watchLag } from '../../apps/persistence/src/meters.ts';
import { createMeters as realtime, watchClients } from '../../apps/realtime-gateway/src/meters.ts';

/** One metric of ours as Prometheus gets it. */
export interface MetricEntry {
  /** As queries name it; of a histogram without `_bucket`, `_sum` and `_count`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Besides `service`, which every sample has. */
  readonly labels: readonly string[];
  /** Names of the services that export it. */
  readonly services: readonly string[];
}

type Make = (metrics: Metrics) => void;

const clock = { now: () => 0, monotonic: () => 0 } as Parameters<typeof watchParked>[1]['clock'];
const nobody = { onReconnect: () => undefined };
const behind = { lag: () => Promise.resolve(0), lagMs: () => Promise.resolve(0) };

const parked: Make = (metrics) => {
  const health = { addDetail: () => undefined } as unknown as Parameters<typeof watchParked>[1]['health'];
  watchParked({ counts: () => Promise.resolve(new Map()), consumers: [] }, { clock, health, metrics });
};

/** The functions that make the metrics of each service: the same that the service calls, held to it by a test on real ones. */
const MAKERS: Readonly<Record<string, readonly Make[]>> = {
  'api-gateway': [
    (metrics) => createFileMeters(metrics),
    (metrics) => watchTransfers(metrics, { uploads: { active: 0 }, downloads: { active: 0 } }),
    (metrics) => measureCommits(metrics),
    (metrics) => countReconnects(metrics, nobody),
  ],
  'demo-model': [(metrics) => demoModel(metrics)],
  edge: [(metrics) => edge(metrics, { websockets: () => 0, eventStreams: () => 0 })],
  'event-logger': [(metrics) => eventLogger(metrics, behind), parked],
  orchestrator: [
    (metrics) => orchestrator(metrics),
    (metrics) => createEventCounter(metrics),
    (metrics) => measureEffects({} as Parameters<typeof measureEffects>[0], metrics, clock),
    (metrics) => measureCommits(metrics),
    (metrics) => countReconnects(metrics, nobody),
    (metrics) => {
      const queues = () => Promise.resolve({ commands: 0, runs: 0 });
      watchWork(metrics, { worker: '', maxRuns: 0, active: () => 0, queues });
    },
    parked,
  ],
  persistence: [
    (metrics) => persistence(metrics),
    (metrics) => createSweepMeters(metrics),
    (metrics) => watchLag(metrics, behind),
    (metrics) => countReconnects(metrics, nobody),
    parked,
  ],
  'realtime-gateway': [
    (metrics) => realtime(metrics),
    (metrics) => watchClients(metrics, { counts: { socket: 0, sse: 0 }, streams: { size: 0, holds: 0 } }),
    (metrics) => countReconnects(metrics, nobody),
  ],
};

/** What every service has. */
function makeCommon(metrics: Metrics): void {
  watchService(metrics, {
    health: {
      readiness: () => Promise.resolve({ ready: true, status: 'ready', failing: [], checks: [], details: {} }),
    },
    drain: { drainingMs: 0 },
    env: { DRAIN_MS: 0 },
  });
  createRequestMeter(metrics);
  createSpanMeter(metrics);
}

interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

/** Names of the services that have metrics. */
export const METRIC_SERVICES: readonly string[] = Object.keys(MAKERS);

/** Every metric of ours, by name. Those of Node and of its process, which the client library makes, are not in it. */
export function metricCatalogue(): readonly MetricEntry[] {
  const found = new Map<string, MetricEntry>();
  for (const [service, makers] of Object.entries(MAKERS)) {
    const metrics = new Metrics(service);
    const library = new Set(metrics.registry.getMetricsAsArray().map(({ name }) => name));
    makeCommon(metrics);
    for (const make of makers) make(metrics);
    for (const metric of metrics.registry.getMetricsAsArray() as unknown as readonly Described[]) {
      if (library.has(metric.name)) continue;
      const services = [...(found.get(metric.name)?.services ?? []), service];
      const { name, help, labelNames: labels } = metric;
      found.set(name, { name, help, labels, services, type: metric.type as MetricEntry['type'] });
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The metrics of Node and of its process that dashboards and alerts use: every service has them. */
export const LIBRARY_METRICS: readonly string[] = new Metrics('any').registry
  .getMetricsAsArray()
  .map(({ name }) => name);

/** What each metric is called in queries: a histogram has three names. */
export function queryNames(): ReadonlySet<string> {
  const names = new Set(LIBRARY_METRICS);
  for (const { name, type } of metricCatalogue())
    for (const one of type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name])
      names.add(one);
  return names;
}
