import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { fastify as createFastify, type FastifyInstance } from 'fastify';
import type { BootOptions, BuiltServer, CommonBootOptions } from './boot-options.ts';
import { createLogger } from './create-logger.ts';
import { createNest } from './create-nest.ts';
import { createPlain } from './create-plain.ts';
import { DRAIN_ORDER, DrainRegistry, type DrainReport } from './drain-registry.ts';
import { HealthRegistry } from './health-registry.ts';
import { closableHttp } from './close-http.ts';
import { addHealthRoutes, measureRequests } from './health-routes.ts';
import { listenOn } from './listen-on.ts';
import { Metrics } from './metrics.ts';
import { openTracer } from './open-tracer.ts';
import { answerWithRequestId } from './request-ids.ts';
import type { ServiceContext } from './service-context.ts';
import type { ServiceEnv } from './service-env.ts';
import { systemClock } from './system-clock.ts';
import { systemIds } from './system-ids.ts';
import { traceRequests } from './trace-requests.ts';
import { offTracer, traceIdIn, type ServiceTracer } from './tracer.ts';
import { watchService } from './watch-service.ts';
import { watchTraces } from './watch-traces.ts';

/** What is left for sending the last spans when the drain has used up its time, ms. */
const FLUSH_LEAST_MS = 500;

/** A service that listens. */
export interface RunningService<Env extends ServiceEnv = ServiceEnv> {
  readonly context: ServiceContext<Env>;
  /** `http://127.0.0.1:<port>` of its API (of its health routes, if it has nothing else). */
  readonly url: string;
  /** Where `/livez`, `/readyz` and `/metrics` are; the same as `url` unless HEALTH_PORT says otherwise. */
  readonly healthUrl: string;
  /** The Nest application, for tests that look inside; undefined for a plain one. */
  readonly nest: NestFastifyApplication | undefined;
  /** Drains and closes. Safe to call again. */
  readonly stop: () => Promise<DrainReport>;
}

async function createContext<Env extends ServiceEnv>(options: CommonBootOptions<Env>): Promise<ServiceContext<Env>> {
  const { name, env } = options;
  // The log names the trace, and the tracer says in the log when it fails.
  let tracer: ServiceTracer = offTracer;
  const logger = createLogger({
    name,
    level: env.LOG_LEVEL,
    pretty: env.LOG_PRETTY,
    ...(options.logTo ? { destination: options.logTo } : {}),
    ...(env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? {} : { traceId: () => traceIdIn(tracer.current()) }),
  });
  const metrics = new Metrics(name);
  tracer = await openTracer({ name, onExport: watchTraces(metrics, logger) }, env);
  const context = {
    name,
    env,
    logger,
    health: new HealthRegistry(systemClock),
    metrics,
    drain: new DrainRegistry(systemClock, logger),
    stopping: options.stopping ?? new AbortController().signal,
    clock: systemClock,
    ids: systemIds,
    tracer,
  };
  watchService(context.metrics, context);
  return context;
}

/** HEALTH_PORT equal to PORT, or alone, means one server for both. Two zeros mean two free ports. */
function ownHealthPort(env: ServiceEnv): number | undefined {
  const { PORT, HEALTH_PORT } = env;
  if (HEALTH_PORT === undefined || PORT === undefined) return undefined;
  return HEALTH_PORT !== PORT || PORT === 0 ? HEALTH_PORT : undefined;
}

async function startHealthServer(
  context: ServiceContext,
  port: number,
): Promise<{ url: string; server: FastifyInstance }> {
  const server = createFastify({ forceCloseConnections: true });
  addHealthRoutes(server, context);
  const url = await listenOn(server, { host: context.env.HOST, port, variable: 'HEALTH_PORT' });
  return { url, server };
}

function build<Env extends ServiceEnv>(
  options: BootOptions<Env>,
  context: ServiceContext<Env>,
  prepare: (fastify: FastifyInstance) => void,
): Promise<BuiltServer> {
  return 'module' in options ? createNest(options, context, prepare) : createPlain(options, context, prepare);
}

async function listen(built: BuiltServer, env: ServiceEnv): Promise<string> {
  await built.nest?.init();
  const variable = env.PORT === undefined ? 'HEALTH_PORT' : 'PORT';
  return listenOn(built.fastify, { host: env.HOST, port: env.PORT ?? env.HEALTH_PORT ?? 0, variable });
}

/**
 * Builds and starts a service: logs, health, metrics, drain, problem answers, then the application itself. Health
 * answers (503 `starting`) before the application is up when it has its own port. Touches nothing of the process;
 * `runService` adds signals and exit codes.
 * @throws Error in plain words when a port is taken; whatever the application throws while it starts.
 */
export async function bootService<Env extends ServiceEnv>(options: BootOptions<Env>): Promise<RunningService<Env>> {
  const context = await createContext(options);
  const { env, logger, health, drain } = context;
  const healthPort = ownHealthPort(env);
  const healthServer = healthPort === undefined ? undefined : await startHealthServer(context, healthPort);
  try {
    const built = await build(options, context, (fastify) => {
      answerWithRequestId(fastify);
      traceRequests(fastify, context.tracer);
      measureRequests(fastify, context.metrics);
      if (!healthServer) addHealthRoutes(fastify, context);
    });
    const closeHttp = closableHttp(built.fastify, context.clock);
    const url = await listen(built, env);
    drain.onDrain('http server', closeHttp, DRAIN_ORDER.stopHttp);
    health.markStarted();
    logger.info({ url, healthUrl: healthServer?.url ?? url, pid: process.pid }, `${options.name} listens`);
    return {
      context,
      url,
      healthUrl: healthServer?.url ?? url,
      nest: built.nest,
      stop: once(async () => {
        health.markDraining();
        const report = await drain.run(env.DRAIN_MS);
        // Last, and no part of the report: a collector that is away makes nothing unclean.
        await context.tracer.flush(Math.max(env.DRAIN_MS - report.ms, FLUSH_LEAST_MS));
        built.fastify.server.closeAllConnections();
        await built.close();
        await healthServer?.server.close();
        return report;
      }),
    };
  } catch (error) {
    await healthServer?.server.close();
    throw error;
  }
}

function once<Result>(fn: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= fn());
}
