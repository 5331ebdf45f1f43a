import type { TransportFailure } from '@colloquy/client';
import type { Clock } from '@colloquy/contracts';
import type { HouseSocket } from './house-sockets.ts';
import type { Nature } from './nature.ts';

/** After so long without a sign of life both ends give a connection up, in ms: `pingInterval` and `pingTimeout`. */
const PING_MS = 45_000;

/** The server's end of a line: a gateway that may be frozen or dead. */
export interface LineEnd {
  receive(read: () => void): void;
}

/** What the device's end hears. */
export interface LineHandlers {
  onOpen(): void;
  onLost(failure: TransportFailure): void;
  onArrived(event: string, payload: unknown): void;
}

/**
 * One websocket between a device and a gateway: both directions keep their order. It can be slow, go silent (nothing
 * passes, and each end finds out by itself) or end.
 */
export class Line {
  readonly token: string;
  readonly #nature: Nature;
  readonly #clock: Clock;
  readonly #end: LineEnd;
  readonly #handlers: LineHandlers;
  #socket: HouseSocket | undefined;
  #silent = false;
  #closed = false;
  #upTime = 0;
  #downTime = 0;

  constructor(nature: Nature, of: { token: string; clock: Clock; end: LineEnd; handlers: LineHandlers }) {
    this.#nature = nature;
    this.token = of.token;
    this.#clock = of.clock;
    this.#end = of.end;
    this.#handlers = of.handlers;
  }

  get open(): boolean {
    return this.#socket !== undefined && !this.#closed && !this.#silent;
  }

  /** The server's answer to the wish to connect. */
  opened(socket: HouseSocket): void {
    this.#socket = socket;
    if (this.#closed) socket.ended();
    this.down(() => this.#handlers.onOpen());
  }

  refused(error: Error): void {
    const data: unknown = Reflect.get(error, 'data');
    const code = typeof data === 'object' && data !== null ? String(Reflect.get(data, 'code')) : error.message;
    this.down(() => this.#lose({ code, message: error.message }));
  }

  /** What the server sent is here. */
  arrived(event: string, text: string): void {
    this.#handlers.onArrived(event, JSON.parse(text));
  }

  /** From the device to the server. */
  send(event: string, text: string, answer: (data: string) => void): void {
    this.#up(() => this.#socket?.heard(event, text, answer));
  }

  /** From the server to the device. */
  down(arrive: () => void): void {
    const { time } = this.#nature;
    this.#downTime = Math.max(this.#downTime, time.monotonic() + this.#nature.latencyMs());
    const read = (): void => {
      if (!this.#closed) arrive();
    };
    time.setTimeout(() => {
      if (!this.#silent) this.#clock.setTimeout(read, 0);
    }, this.#downTime - time.monotonic());
  }

  /** The device ends it; nothing is reported to it. */
  closedByDevice(): void {
    if (this.#closed) return;
    const { time } = this.#nature;
    const tell = (): void => this.#end.receive(() => this.#socket?.ended());
    time.setTimeout(tell, this.#silent ? PING_MS : this.#nature.latencyMs());
    this.#closed = true;
  }

  /** The server ends it, after what it has sent before. */
  closedByServer(): void {
    this.down(() => this.#lose({ code: 'disconnected', message: 'io server disconnect' }));
  }

  /** The server's process is gone: its system closes the connection. */
  serverGone(): void {
    this.down(() => this.#lose({ code: 'disconnected', message: 'transport close' }));
  }

  /** Nothing passes any more in either direction. */
  goSilent(): void {
    if (this.#silent || this.#closed) return;
    this.#silent = true;
    this.#nature.time.setTimeout(() => this.givenUp(), PING_MS * (0.5 + this.#nature.chance.number() / 2));
  }

  /** No sign of life for too long: each end gives it up. */
  givenUp(): void {
    this.#end.receive(() => this.#socket?.ended());
    this.#clock.setTimeout(() => this.#lose({ code: 'disconnected', message: 'ping timeout' }), 0);
  }

  slowDown(ballast: number): void {
    this.#socket?.slowDown(ballast);
  }

  speedUp(): void {
    this.#socket?.speedUp();
  }

  #lose(failure: TransportFailure): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handlers.onLost(failure);
  }

  #up(arrive: () => void): void {
    const { time } = this.#nature;
    this.#upTime = Math.max(this.#upTime, time.monotonic() + this.#nature.latencyMs());
    time.setTimeout(() => {
      if (!this.#silent) this.#end.receive(arrive);
    }, this.#upTime - time.monotonic());
  }
}
