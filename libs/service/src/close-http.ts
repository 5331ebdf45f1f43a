import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ServiceClock } from './system-clock.ts';

/** How often connections that have become idle are closed, ms. */
const IDLE_CHECK_MS = 25;

/**
 * Prepares a server to be closed well: remembers connections that were opened and have not asked for anything yet
 * (browsers open some ahead of time), since Node does not count them as idle. Call it before the server listens.
 * @returns stops listening, and resolves when the requests in hand are answered
 */
export function closableHttp(fastify: FastifyInstance, clock: ServiceClock): () => Promise<void> {
  const silent = new Set<Socket>();
  fastify.server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  fastify.server.on('request', (request) => silent.delete(request.socket));
  fastify.server.on('upgrade', (request) => silent.delete(request.socket));
  return async () => {
    const done = new AbortController();
    const closed = fastify.close().finally(() => done.abort());
    // Node closes idle connections once; those that answer after that would stay for their keep-alive time.
    while (!done.signal.aborted) {
      fastify.server.closeIdleConnections();
      for (const socket of silent) socket.destroy();
      await clock.sleep(IDLE_CHECK_MS, done.signal).catch(() => undefined);
    }
    await closed;
  };
}
