import type { Seat } from './peer.ts';
import { Screen } from './screen.ts';
import { readSse, type SseEvent } from './sse.ts';

/** How to talk to a server that streams an answer over HTTP. */
export interface HttpSeatParts {
  /** What asks, and how its events show. */
  readonly ask: (text: string) => HttpExchange;
  /** What comes back; undefined when there is no way back. */
  readonly back: () => HttpExchange | undefined;
}

/** One request whose answer is a stream of events. */
export interface HttpExchange {
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly show: (event: SseEvent, screen: Screen) => void;
}

/** A person who asks over HTTP: each answer is one stream of events. */
export class HttpSeat implements Seat {
  readonly screen = new Screen();
  readonly #parts: HttpSeatParts;
  #here = new AbortController();

  constructor(parts: HttpSeatParts) {
    this.#parts = parts;
  }

  ask(text: string): Promise<void> {
    return this.#read(this.#parts.ask(text));
  }

  leave(): void {
    this.#here.abort();
  }

  async back(): Promise<void> {
    this.#here = new AbortController();
    const exchange = this.#parts.back();
    if (exchange !== undefined) await this.#read(exchange);
  }

  close(): void {
    this.#here.abort();
  }

  #read({ show, ...exchange }: HttpExchange): Promise<void> {
    return readSse({ ...exchange, signal: this.#here.signal, onEvent: (event) => show(event, this.screen) });
  }
}
