import type { FastifyReply, FastifyRequest } from 'fastify';

/** The name in the list. Any name is accepted in a request, so that workflows which name a real model run unchanged. */
export const DEMO_MODEL = 'demo';

/** GET /v1/models */
export function listModels(_request: FastifyRequest, _reply: FastifyReply): unknown {
  return { object: 'list', data: [{ id: DEMO_MODEL, object: 'model', created: 1_735_689_600, owned_by: 'colloquy' }] };
}
