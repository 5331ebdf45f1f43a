/**
 * The transport over Socket.IO: websocket only. Reconnecting is the connection's business (it has the clock), and
 * nothing is ever emitted without a connection: Socket.IO would keep it and send it at a time of its own.
 * The library itself is loaded with the first connection: a page shows something before it has it.
 */
import { SOCKET_EVENTS } from '@colloquy/contracts/constants';
import type { io as connectIo, Socket } from 'socket.io-client';
import type { CreateTransport, Transport, TransportFailure, TransportHandlers } from './transport.ts';

const FROM_SERVER = [SOCKET_EVENTS.commits, SOCKET_EVENTS.reset, SOCKET_EVENTS.chatChanged, SOCKET_EVENTS.bye] as const;

/** Where to connect, and with which token (undefined: the cookie alone). */
export interface SocketSettings {
  readonly baseUrl: string;
  readonly token: () => string | undefined;
}

/** A transport over Socket.IO. */
export function socketTransport(settings: SocketSettings): CreateTransport {
  return (handlers) => new SocketTransport(settings, handlers);
}

class SocketTransport implements Transport {
  readonly #settings: SocketSettings;
  readonly #handlers: TransportHandlers;
  #socket: Socket | undefined;
  #wanted = false;

  constructor(settings: SocketSettings, handlers: TransportHandlers) {
    this.#settings = settings;
    this.#handlers = handlers;
  }

  connect(): void {
    this.#wanted = true;
    if (this.#socket === undefined) void this.#load();
    else this.#socket.connect();
  }

  disconnect(): void {
    this.#wanted = false;
    this.#socket?.disconnect();
  }

  async request(event: string, payload: unknown, timeoutMs: number): Promise<unknown> {
    if (this.#socket?.connected !== true) throw new Error('not connected');
    return (await this.#socket.timeout(timeoutMs).emitWithAck(event, payload)) as unknown;
  }

  async #load(): Promise<void> {
    try {
      const { io } = await import('socket.io-client');
      this.#socket ??= this.#create(io);
      if (this.#wanted) this.#socket.connect();
    } catch (error) {
      this.#lost({ code: 'not_loaded', message: String(error) });
    }
  }

  #create(io: typeof connectIo): Socket {
    const { baseUrl, token } = this.#settings;
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
    socket.on('connect', () => {
      this.#handlers.onConnect();
    });
    socket.on('disconnect', (reason) => {
      this.#lost({ code: 'disconnected', message: reason });
    });
    socket.on('connect_error', (error) => {
      this.#lost(failureOf(error));
    });
    for (const event of FROM_SERVER) {
      socket.on(event, (payload: unknown) => {
        this.#handlers.onMessage(event, payload);
      });
    }
    return socket;
  }

  #lost(failure: TransportFailure): void {
    if (this.#wanted) this.#handlers.onDisconnect(failure);
  }
}

function failureOf(error: Error & { readonly data?: unknown }): TransportFailure {
  const data = error.data;
  const code =
    typeof data === 'object' && data !== null && 'code' in data && typeof data.code === 'string'
      ? data.code
      : error.message;
  return { code, message: error.message };
}
