import { openApiDocument } from '@colloquy/contracts';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { addRoutes } from './add-routes.ts';
import type { GatewayParts } from './ports.ts';
import { PARTS } from './tokens.ts';

/** Puts the API onto the application, and its description at /v1/openapi.json. */
export function useApi(app: NestFastifyApplication): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  addRoutes(fastify, app.get<GatewayParts>(PARTS));
  const description = openApiDocument();
  fastify.get('/v1/openapi.json', () => description);
}
