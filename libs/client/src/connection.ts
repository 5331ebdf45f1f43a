/**
 * Keeps one socket open for as long as the client lives. Invariants:
 * 1. At most one attempt to connect, and at most one timer for the next, at any time.
 * 2. Nothing is sent without a connection.
 */
import type { Bye, Clock, Ids, TimerHandle } from '@colloquy/contracts';
import { SOCKET_EVENTS } from '@colloquy/contracts/constants';
import { backoffMs } from './backoff.ts';
import { createListeners, type Listeners } from './listeners.ts';
import type { TokenKeeper } from './token-keeper.ts';
import type { CreateTransport, Transport, TransportFailure } from './transport.ts';

const RECONNECT = { firstMs: 250, maxMs: 5_000 };
const REQUEST_TIMEOUT_MS = 8_000;

/** `connecting`: an attempt is under way; `offline`: the last one failed and the next is waited for. */
export type ConnectionState = 'connecting' | 'online' | 'offline';

/** The state of the socket, for a screen. */
export interface ConnectionStore {
  readonly state: ConnectionState;
  /** Calls `listener` at every change; returns a function that stops it. */
  onChange(listener: (state: ConnectionState) => void): () => void;
}

/** What a connection is made of. */
export interface ConnectionParts {
  readonly transport: CreateTransport;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tokens: TokenKeeper;
  /** Told what a listener throws. */
  readonly onError: (error: unknown) => void;
}

/** The socket of a client. */
export interface Connection extends ConnectionStore {
  /** Connects; does nothing when it is connected or trying. */
  start(): void;
  /** Connects at once instead of waiting for the next attempt. True when there was a connection. */
  wake(): boolean;
  /** Drops a connection that does not answer and makes a new one. */
  restart(): void;
  /** Drops the connection, since there is no network: it is tried again more and more rarely, or at `wake`. */
  lose(): void;
  /** @throws when there is no connection, or no answer in time */
  request(event: string, payload: unknown): Promise<unknown>;
  onMessage(listener: (message: { readonly event: string; readonly payload: unknown }) => void): () => void;
  close(): void;
}

/** A connection that is not started yet. */
export function createConnection(parts: ConnectionParts): Connection {
  return new SocketConnection(parts);
}

class SocketConnection implements Connection {
  state: ConnectionState = 'offline';
  readonly #parts: ConnectionParts;
  readonly #transport: Transport;
  readonly #changes: Listeners<ConnectionState>;
  readonly #messages: Listeners<{ readonly event: string; readonly payload: unknown }>;
  #timer: TimerHandle | undefined;
  #failures = 0;
  #closed = false;
  #started = false;
  /** Of the token that the attempt under way has. */
  #generation = 0;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#changes = createListeners(parts.onError);
    this.#messages = createListeners(parts.onError);
    this.#transport = parts.transport({
      onConnect: () => {
        this.#failures = 0;
        this.#enter('online');
      },
      onDisconnect: (failure) => {
        void this.#lost(failure);
      },
      onMessage: (event, payload) => {
        if (event === SOCKET_EVENTS.bye) this.#bye(payload as Bye);
        else this.#messages.tell({ event, payload });
      },
    });
  }

  onChange(listener: (state: ConnectionState) => void): () => void {
    return this.#changes.add(listener);
  }

  onMessage(listener: (message: { readonly event: string; readonly payload: unknown }) => void): () => void {
    return this.#messages.add(listener);
  }

  start(): void {
    this.#started = true;
    if (this.state === 'offline' && !this.#closed) this.#attempt();
  }

  wake(): boolean {
    if (this.state === 'online') return true;
    if (this.#started) {
      this.#failures = 0;
      this.start();
    }
    return false;
  }

  restart(): void {
    if (this.#closed || this.state !== 'online') return;
    this.#transport.disconnect();
    this.#enter('offline');
    this.#attempt();
  }

  lose(): void {
    if (this.#closed || this.state === 'offline') return;
    this.#transport.disconnect();
    void this.#lost({ code: 'offline', message: 'the machine has no network' });
  }

  async request(event: string, payload: unknown): Promise<unknown> {
    if (this.state !== 'online') throw new Error('not connected');
    return this.#transport.request(event, payload, REQUEST_TIMEOUT_MS);
  }

  close(): void {
    this.#closed = true;
    this.#clearTimer();
    this.#transport.disconnect();
    this.#enter('offline');
  }

  #enter(state: ConnectionState): void {
    if (this.state === state) return;
    this.state = state;
    this.#changes.tell(state);
  }

  #attempt(): void {
    this.#clearTimer();
    this.#generation = this.#parts.tokens.generation;
    this.#enter('connecting');
    this.#transport.connect();
  }

  async #lost(failure: TransportFailure): Promise<void> {
    if (this.#closed) return;
    this.#failures += 1;
    this.#enter('offline');
    const wait = backoffMs(this.#parts.ids, this.#failures, RECONNECT);
    if (failure.code === 'unauthorized') {
      await this.#parts.tokens.renew(this.#generation).catch(() => undefined); // the next attempt shows it
    }
    this.#attemptIn(wait);
  }

  #bye({ reconnectInMs }: Bye): void {
    if (this.#closed) return;
    // The server serves on until it goes: the new connection is made when it asks for it, not before.
    this.#clearTimer();
    this.#timer = this.#parts.clock.setTimeout(() => {
      this.#timer = undefined;
      this.restart();
    }, reconnectInMs);
  }

  #attemptIn(ms: number): void {
    if (this.#closed || this.state !== 'offline') return;
    this.#clearTimer();
    this.#timer = this.#parts.clock.setTimeout(() => {
      this.#timer = undefined;
      if (this.state === 'offline' && !this.#closed) this.#attempt();
    }, ms);
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
