import type { DrainRegistry } from './drain-registry.ts';
import type { HealthRegistry, Readiness } from './health-registry.ts';
import type { Metrics } from './metrics.ts';

/** What is said of a service. */
export interface WatchedService {
  readonly health: Pick<HealthRegistry, 'readiness'>;
  readonly drain: Pick<DrainRegistry, 'drainingMs'>;
  readonly env: { readonly DRAIN_MS: number };
}

/** Says on `/metrics` what `/readyz` says, for how long the service has been draining, and how long it may. */
export function watchService(metrics: Metrics, { health, drain, env }: WatchedService): void {
  let looking: Promise<Readiness> | undefined;
  // Both gauges are asked at once: the checks run once for both.
  const look = (): Promise<Readiness> =>
    (looking ??= health.readiness().finally(() => {
      looking = undefined;
    }));
  metrics.gauge({
    name: 'colloquy_check_failing',
    help: '1 while a check of /readyz fails, else 0',
    labels: ['check'],
    collect: async (gauge) => {
      for (const { name, ok } of (await look()).checks) gauge.set({ check: name }, ok ? 0 : 1);
    },
  });
  metrics.gauge({
    name: 'colloquy_ready',
    help: '1 while /readyz says that the service is ready, else 0',
    collect: async (gauge) => gauge.set((await look()).ready ? 1 : 0),
  });
  metrics.gauge({
    name: 'colloquy_drain_seconds',
    help: 'For how long this process has been draining; 0 while it is not',
    collect: (gauge) => gauge.set(drain.drainingMs / 1000),
  });
  metrics
    .gauge({ name: 'colloquy_drain_limit_seconds', help: 'For how long this process may drain (DRAIN_MS)' })
    .set(env.DRAIN_MS / 1000);
}
