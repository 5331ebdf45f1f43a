import type { FastifyInstance } from 'fastify';
import type { ServiceClock } from './system-clock.ts';

/** How often connections that have become idle are closed, ms. */
const IDLE_CHECK_MS = 25;

/**
 * Stops listening and resolves when the requests in hand are answered. Node closes idle connections once; those that
 * answer after that would stay for their keep-alive time, so they are looked for until none is left.
 */
export async function closeHttp(fastify: FastifyInstance, clock: ServiceClock): Promise<void> {
  const done = new AbortController();
  const closed = fastify.close().finally(() => done.abort());
  while (!done.signal.aborted) {
    fastify.server.closeIdleConnections();
    await clock.sleep(IDLE_CHECK_MS, done.signal).catch(() => undefined);
  }
  await closed;
}
