import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** Server-sent events the way OpenAI sends them; headers go with the first. */
export class SseWriter {
  readonly #raw: ServerResponse;

  constructor(reply: FastifyReply) {
    reply.hijack();
    this.#raw = reply.raw;
    this.#raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
      'x-request-id': reply.request.id,
    });
  }

  /** Sends one object, and waits when the client reads too slowly. */
  async send(value: unknown): Promise<void> {
    if (this.#raw.write(`data: ${JSON.stringify(value)}\n\n`)) return;
    await Promise.race([once(this.#raw, 'drain'), once(this.#raw, 'close')]);
  }

  /** Says that all is said. */
  end(): void {
    this.#raw.end('data: [DONE]\n\n');
  }

  /** Breaks the connection once everything said so far is on its way. */
  async cut(): Promise<void> {
    await new Promise<void>((resolve) => this.#raw.write(': cut\n\n', () => resolve()));
    this.#raw.destroy();
  }
}
