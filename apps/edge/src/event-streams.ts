import type { ServerResponse } from 'node:http';

/** The answers that go on until somebody ends them. They would keep a draining edge waiting for its deadline. */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Remembers an answer whose headers are set, when it is an event stream. */
  add(response: ServerResponse): void {
    if (!String(response.getHeader('content-type')).startsWith('text/event-stream')) return;
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
  }

  /** Ends them all; their clients connect again with the last id that they saw. */
  endAll(): void {
    for (const response of this.#open) response.end();
  }
}
