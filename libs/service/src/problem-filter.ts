import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from './create-logger.ts';
import { PROBLEM_TYPE } from './problem-error.ts';
import { toProblem } from './to-problem.ts';

/** Where an error is answered. */
export interface ProblemTarget {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Answers with the problem an error stands for, and logs those that are our fault. */
export function sendProblem(error: unknown, target: ProblemTarget, logger: Logger): void {
  const { request, reply } = target;
  const problem = toProblem(error, {
    method: request.method,
    url: request.url,
    bodyLimit: request.routeOptions.bodyLimit,
  });
  if (problem.status >= 500) logger.error({ err: error, status: problem.status }, 'request failed');
  if (reply.raw.headersSent) {
    // The answer has begun (a stream): the only honest end is a broken one.
    reply.raw.destroy();
    return;
  }
  reply
    .code(problem.status)
    .headers({ ...problem.fields.headers, 'content-type': PROBLEM_TYPE })
    .send(JSON.stringify(problem.toProblem()));
}

/** Every error of a Nest application on Fastify as application/problem+json; `bootService` installs it. */
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const target = { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>() };
    sendProblem(error, target, this.#logger);
  }
}

// Without decorator syntax, so that Node can run this file as it is (type stripping has no decorators).
Catch()(ProblemFilter);
