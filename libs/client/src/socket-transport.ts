/**
 * The transport over Socket.IO: websocket only. Reconnecting is the connection's business (it has the clock), and
 * nothing is ever emitted without a connection: Socket.IO would keep it and send it at a time of its own.
 */
import { SOCKET_EVENTS } from '@colloquy/contracts/constants';
import { io } from 'socket.io-client';
import type { CreateTransport, TransportFailure } from './transport.ts';

const FROM_SERVER = [SOCKET_EVENTS.commits, SOCKET_EVENTS.reset, SOCKET_EVENTS.chatChanged, SOCKET_EVENTS.bye] as const;

/** Where to connect, and with which token (undefined: the cookie alone). */
export interface SocketSettings {
  readonly baseUrl: string;
  readonly token: () => string | undefined;
}

/** A transport over Socket.IO. */
export function socketTransport({ baseUrl, token }: SocketSettings): CreateTransport {
  return (handlers) => {
    const options = {
      path: '/socket.io',
      transports: ['websocket'],
      autoConnect: false,
      reconnection: false,
      forceNew: true,
      withCredentials: true,
      timeout: 10_000,
      auth: (send: (data: object) => void) => {
        const current = token();
        send(current === undefined ? {} : { token: current });
      },
    };
    const socket = baseUrl === '' ? io(options) : io(baseUrl, options);
    let quiet = false;
    const lost = (failure: TransportFailure): void => {
      if (!quiet) handlers.onDisconnect(failure);
    };
    socket.on('connect', () => {
      handlers.onConnect();
    });
    socket.on('disconnect', (reason) => {
      lost({ code: 'disconnected', message: reason });
    });
    socket.on('connect_error', (error) => {
      lost(failureOf(error));
    });
    for (const event of FROM_SERVER) {
      socket.on(event, (payload: unknown) => {
        handlers.onMessage(event, payload);
      });
    }
    return {
      connect() {
        quiet = false;
        socket.connect();
      },
      disconnect() {
        quiet = true;
        socket.disconnect();
      },
      async request(event, payload, timeoutMs) {
        if (!socket.connected) throw new Error('not connected');
        return (await socket.timeout(timeoutMs).emitWithAck(event, payload)) as unknown;
      },
    };
  };
}

function failureOf(error: Error & { readonly data?: unknown }): TransportFailure {
  const data = error.data;
  const code =
    typeof data === 'object' && data !== null && 'code' in data && typeof data.code === 'string'
      ? data.code
      : error.message;
  return { code, message: error.message };
}
