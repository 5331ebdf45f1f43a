/**
 * What `bootService` puts into every Nest application, by injection token. Use them with `@Inject(LOGGER)`; they are
 * global, so the application's one module lists only what is its own.
 */

/** The environment as the application's `env.ts` has read it. */
export const ENV = Symbol('ENV');
/** A pino {@link Logger} that carries the service's name. */
export const LOGGER = Symbol('LOGGER');
/** The {@link HealthRegistry} behind `/readyz`. */
export const HEALTH = Symbol('HEALTH');
/** The {@link Metrics} behind `/metrics`. */
export const METRICS = Symbol('METRICS');
/** An AbortSignal: the service was asked to stop, maybe before it is up. Give it to what a start waits for. */
export const STOPPING = Symbol('STOPPING');
/** The {@link DrainRegistry} that runs at SIGTERM. */
export const DRAIN = Symbol('DRAIN');
/** The clock port (`Clock` in contracts). */
export const CLOCK = Symbol('CLOCK');
/** The ids port (`Ids` in contracts). */
export const IDS = Symbol('IDS');
/** The tracer port (`Tracer` in contracts). */
export const TRACER = Symbol('TRACER');
