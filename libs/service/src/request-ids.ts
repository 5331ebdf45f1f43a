import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { SystemIds } from './system-ids.ts';

/** Fastify's `genReqId`: the caller's `x-request-id` when it is a plain one, else a new id. */
export function requestIds(ids: SystemIds): (request: Pick<IncomingMessage, 'headers'>) => string {
  return (request) => {
    const given = request.headers['x-request-id'];
    return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : ids.uuid();
  };
}

/** Says the request's id in the answer, so that a caller can name it and the log can be searched for it. */
export function answerWithRequestId(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
}
