import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HEALTH_PATHS } from './health-routes.ts';
import type { ServiceSpan, ServiceTracer } from './tracer.ts';
import { statusOf, whenOver } from './when-over.ts';

/**
 * A span for each request but those for health, below the `traceparent` that came with it. The answer says in
 * `traceresponse` which one it was, so that support finds it. Its name and attributes have the route's pattern, never the
 * path: that has ids. It ends with the answer, or when the caller leaves before.
 */
export function traceRequests(fastify: FastifyInstance, tracer: ServiceTracer): void {
  if (!tracer.on) return;
  const spans = new WeakMap<FastifyRequest, ServiceSpan>();
  fastify.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    if (HEALTH_PATHS.has(route)) {
      done();
      return;
    }
    const span = tracer.start(requestSpan(request, route));
    spans.set(request, span);
    if (span.traceparent !== undefined) reply.header('traceresponse', span.traceparent);
    tracer.within(span, done);
  });
  // What reads a body goes on where the connection was made: in no span.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) tracer.within(span, done);
    else done();
  });
  whenOver(fastify, (ended) => {
    const span = spans.get(ended.request);
    const status = statusOf(ended);
    span?.set({ 'http.response.status_code': status, 'colloquy.aborted': ended.aborted ? true : undefined });
    if (status !== undefined && status >= 500) span?.fail({ code: String(status) });
    span?.end();
  });
}

function requestSpan(request: FastifyRequest, route: string): Parameters<ServiceTracer['start']>[0] {
  const { traceparent } = request.headers;
  return {
    name: `${request.method} ${route}`,
    kind: 'server',
    parent: typeof traceparent === 'string' ? traceparent : undefined,
    outside: true,
    attributes: {
      'http.request.method': request.method,
      'http.route': route,
      'url.scheme': request.protocol,
      'colloquy.request.id': request.id,
    },
  };
}
