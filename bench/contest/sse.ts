import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';

/** One event of a stream. */
export interface SseEvent {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: string;
}

/** What is asked for; a body makes it a POST. */
export interface SseRequest {
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onEvent: (event: SseEvent) => void;
}

/** Cuts a stream of text into its events. */
export class SseParser {
  #rest = '';
  #event: string | undefined;
  #id: string | undefined;
  #data: string[] = [];
  readonly #onEvent: (event: SseEvent) => void;

  constructor(onEvent: (event: SseEvent) => void) {
    this.#onEvent = onEvent;
  }

  take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  #line(line: string): void {
    if (line === '') {
      if (this.#data.length > 0) this.#onEvent({ event: this.#event, id: this.#id, data: this.#data.join('\n') });
      this.#event = undefined;
      this.#data = [];
      return;
    }
    const colon = line.indexOf(':');
    const value = line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (line.startsWith('data:')) this.#data.push(value);
    else if (line.startsWith('event:')) this.#event = value;
    else if (line.startsWith('id:')) this.#id = value;
  }
}

/** Reads a stream of events to its end; rejects when it is refused, breaks off, or the signal says so. */
export async function readSse({ url, body, headers, signal, onEvent }: SseRequest): Promise<void> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request(url, { method, headers: { ...type, ...headers }, signal }, resolve);
    sent.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
  const parser = new SseParser(onEvent);
  response.setEncoding('utf8');
  let said = '';
  for await (const text of response as AsyncIterable<string>) {
    if (response.statusCode === 200) parser.take(text);
    else said += text;
  }
  if (response.statusCode !== 200) throw new Error(`${url}: ${String(response.statusCode)} ${said.slice(0, 300)}`);
}
