import { fastify as createFastify, type FastifyInstance } from 'fastify';
import { pinoHttp } from 'pino-http';
import type { BuiltServer, PlainBootOptions } from './boot-options.ts';
import { requestLogOptions } from './create-logger.ts';
import { ProblemError } from './problem-error.ts';
import { sendProblem } from './problem-filter.ts';
import { requestIds } from './request-ids.ts';
import type { ServiceContext } from './service-context.ts';
import type { ServiceEnv } from './service-env.ts';

/** Builds a plain Fastify application with the same logs and problem answers as a Nest one, not listening yet. */
export async function createPlain<Env extends ServiceEnv>(
  options: PlainBootOptions<Env>,
  context: ServiceContext<Env>,
  prepare: (fastify: FastifyInstance) => void,
): Promise<BuiltServer> {
  const { logger, ids } = context;
  const fastify: FastifyInstance = createFastify({
    return503OnClosing: false,
    genReqId: requestIds(ids),
    frameworkErrors: (error, request, reply) => sendProblem(error, { request, reply }, logger),
    ...options.fastify,
  });
  const logRequest = pinoHttp(requestLogOptions(logger));
  fastify.addHook('onRequest', (request, reply, done) => {
    logRequest(Object.assign(request.raw, { id: request.id }), reply.raw);
    done();
  });
  fastify.setErrorHandler((error, request, reply) => sendProblem(error, { request, reply }, logger));
  fastify.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const detail = `There is nothing at ${request.method} ${path}.`;
    sendProblem(
      new ProblemError({ status: 404, code: 'not_found', title: 'Not found', detail }),
      { request, reply },
      logger,
    );
  });
  prepare(fastify);
  await options.create(fastify, context);
  return { fastify, nest: undefined, close: () => fastify.close() };
}
