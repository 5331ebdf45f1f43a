import { openApiDocument } from '@colloquy/contracts';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { addRoutes } from './add-routes.ts';
import type { GatewayParts } from './ports.ts';
import { PARTS } from './tokens.ts';

/** Of every answer: it is somebody's own, it is what it says it is, and no page of its own. */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** Puts the API onto the application, and its description at /v1/openapi.json. */
export function useApi(app: NestFastifyApplication): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (_request, reply) => {
    reply.headers(HEADERS);
  });
  addRoutes(fastify, app.get<GatewayParts>(PARTS));
  const description = openApiDocument();
  fastify.get('/v1/openapi.json', () => description);
}
