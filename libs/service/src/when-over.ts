import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** How a request ended. */
export interface EndedRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The caller was gone before the answer was complete. */
  readonly aborted: boolean;
}

/**
 * Calls `fn` once for each request: when its answer has been sent, or when its connection is closed before. Fastify's
 * `onResponse` alone never hears of a caller who leaves.
 */
export function whenOver(fastify: FastifyInstance, fn: (ended: EndedRequest) => void): void {
  const open = new WeakSet<FastifyRequest>();
  const over = (ended: EndedRequest): void => {
    if (open.delete(ended.request)) fn(ended);
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    open.add(request);
    // What is complete is left to onResponse, which may come after this.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) over({ request, reply, aborted: true });
    });
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    over({ request, reply, aborted: false });
    done();
  });
}

/** The status that the caller got; one who left before it was sent has got none. */
export function statusOf({ reply, aborted }: EndedRequest): number | undefined {
  return aborted && !reply.raw.headersSent ? undefined : reply.raw.statusCode;
}
