import type { Logger } from './create-logger.ts';
import type { DrainRegistry } from './drain-registry.ts';
import type { HealthRegistry } from './health-registry.ts';
import type { Metrics } from './metrics.ts';
import type { ServiceEnv } from './service-env.ts';
import type { ServiceClock } from './system-clock.ts';
import type { SystemIds } from './system-ids.ts';
import type { ServiceTracer } from './tracer.ts';

/** What every service has, whether it is a Nest application (by token) or a plain Fastify one (by argument). */
export interface ServiceContext<Env extends ServiceEnv = ServiceEnv> {
  readonly name: string;
  readonly env: Env;
  readonly logger: Logger;
  readonly health: HealthRegistry;
  readonly metrics: Metrics;
  readonly drain: DrainRegistry;
  /** Aborted when the service is asked to stop, maybe before it is up. */
  readonly stopping: AbortSignal;
  readonly clock: ServiceClock;
  readonly ids: SystemIds;
  readonly tracer: ServiceTracer;
}
