import type { FastifyInstance } from 'fastify';
import type { HealthRegistry } from './health-registry.ts';
import type { Metrics } from './metrics.ts';
import { statusOf, whenOver } from './when-over.ts';

/** The paths that {@link addHealthRoutes} takes. */
export const HEALTH_PATHS: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);

/**
 * `/livez` proves the event loop and nothing else (a dead database must not restart every service), `/readyz` the checks
 * and the drain, `/metrics` is for Prometheus.
 */
export function addHealthRoutes(fastify: FastifyInstance, parts: { health: HealthRegistry; metrics: Metrics }): void {
  const { health, metrics } = parts;
  fastify.get('/livez', () => ({ live: true }));
  fastify.get('/readyz', async (_request, reply) => {
    const readiness = await health.readiness();
    return reply
      .code(readiness.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readiness);
  });
  fastify.get('/metrics', async (_request, reply) => {
    const text = await metrics.registry.metrics();
    return reply.header('content-type', metrics.registry.contentType).send(text);
  });
}

/** What nginx says of those who leave before they are answered. */
const LEFT = 499;

/** The histogram of requests. */
export function createRequestMeter(metrics: Metrics) {
  return metrics.histogram({
    name: 'colloquy_http_request_seconds',
    help: 'Time to answer an HTTP request; status 499: the caller left before there was an answer',
    labels: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });
}

/** How long requests took, by route pattern (never by path: ids would make a series each). */
export function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  const seconds = createRequestMeter(metrics);
  whenOver(fastify, (ended) => {
    const { request, reply } = ended;
    const route = request.routeOptions.url ?? 'none';
    if (HEALTH_PATHS.has(route)) return;
    const status = String(statusOf(ended) ?? LEFT);
    seconds.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
  });
}
