import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { completeChat, type ChatCompletions } from './complete-chat.ts';
import { listModels } from './list-models.ts';
import { sendOpenAiError } from './open-ai-error.ts';
import { COMPLETIONS } from './tokens.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply, completions: ChatCompletions) => unknown;

/** Everything that the demo model answers, besides its health. */
export const ROUTES: readonly (readonly [method: 'GET' | 'POST', path: string, handler: Handler])[] = [
  ['GET', '/v1/models', listModels],
  ['POST', '/v1/chat/completions', completeChat],
];

/** Puts the table into the application; errors are answered the way OpenAI words them. */
export function addRoutes(app: NestFastifyApplication): void {
  const completions = app.get<ChatCompletions>(COMPLETIONS);
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  for (const [method, url, handler] of ROUTES) {
    fastify.route({
      method,
      url,
      handler: (request, reply) => handler(request, reply, completions),
      errorHandler: (error, _request, reply) => sendOpenAiError(error, reply),
    });
  }
}
