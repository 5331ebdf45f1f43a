import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HEALTH_PATHS } from './health-routes.ts';
import type { ServiceSpan, ServiceTracer } from './tracer.ts';

/**
 * A span for each request but those for health, below the `traceparent` that came with it. The answer says in
 * `traceresponse` which one it was, so that support finds it. Its name and attributes have the route's pattern, never the
 * path: that has ids.
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
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.set({ 'http.response.status_code': reply.statusCode });
    if (reply.statusCode >= 500) span?.fail({ code: String(reply.statusCode) });
    span?.end();
    done();
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
