import { DRAIN, DRAIN_ORDER, type DrainRegistry } from '@colloquy/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { FastifyInstance } from 'fastify';
import type { Server, ServerOptions } from 'socket.io';
import { serveSse } from './serve-sse.ts';
import { StreamGateway } from './stream-gateway.ts';

/**
 * WebSocket only: no caller has to stick to an instance. No per-message deflate, which costs five times the CPU and
 * 255 KB a socket; no connection state recovery, since the log is the recovery.
 */
const OPTIONS = {
  path: '/socket.io',
  transports: ['websocket' as const],
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
  maxHttpBufferSize: 64 * 1024,
  pingInterval: 25_000,
  pingTimeout: 20_000,
} satisfies Partial<ServerOptions>;

class SocketIoAdapter extends IoAdapter {
  override createIOServer(port: number, options?: ServerOptions): Server {
    // Nest's type wants every option; Socket.IO has a default for each.
    return super.createIOServer(port, { ...options, ...OPTIONS } as ServerOptions);
  }
}

/** How long clients are given to leave by themselves at a drain, in ms. */
const LEAVE_MS = 2000;

/** Puts Socket.IO and SSE onto the application. */
export function useSocketIo(app: NestFastifyApplication): void {
  app.useWebSocketAdapter(new SocketIoAdapter(app));
  const gateway = app.get(StreamGateway);
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  serveSse(fastify, gateway);
  const drain = app.get<DrainRegistry>(DRAIN);
  drain.onDrain('clients', (deadline) => gateway.letGo(LEAVE_MS, deadline), DRAIN_ORDER.tellClients);
}
