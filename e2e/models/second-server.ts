import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';

/** One request for a completion that the server got. */
export interface Asked {
  readonly path: string;
  readonly authorization: string;
  readonly model: string;
  /** What the person said last. */
  readonly message: string;
}

/** How to answer: a text, or an HTTP error. */
export type Reply =
  | { readonly text: string }
  | { readonly status: number; readonly message: string; readonly headers?: Readonly<Record<string, string>> };

/** Decides by the request and how often this very message was asked before, from 0. */
export type Decide = (asked: Asked, before: number) => Reply;

interface Body {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

/** An OpenAI-compatible server that shares no code with ours: what somebody else would run. */
export class SecondServer {
  readonly asked: Asked[] = [];
  readonly #server: Server;
  readonly #decide: Decide;

  private constructor(decide: Decide) {
    this.#decide = decide;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(decide: Decide): Promise<SecondServer> {
    const second = new SecondServer(decide);
    await new Promise<void>((resolve) => second.#server.listen(0, '127.0.0.1', resolve));
    return second;
  }

  /** What OPENAI_BASE_URL is set to. */
  get baseUrl(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/v1`;
  }

  /** The requests in which the person said this last. */
  of(message: string): readonly Asked[] {
    return this.asked.filter((asked) => asked.message === message);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await readAll(request)) as Body;
    const said = body.messages.findLast(({ role }) => role === 'user')?.content;
    const asked: Asked = {
      path: request.url ?? '',
      authorization: request.headers.authorization ?? '',
      model: body.model,
      message: typeof said === 'string' ? said : JSON.stringify(said),
    };
    const before = this.of(asked.message).length;
    this.asked.push(asked);
    const reply = this.#decide(asked, before);
    if ('text' in reply) stream(response, body.model, reply.text);
    else refuse(response, reply);
  }
}

function refuse(response: ServerResponse, reply: Extract<Reply, { status: number }>): void {
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
  response.end(JSON.stringify({ error: { message: reply.message, type: 'server_error', code: null, param: null } }));
}

function stream(response: ServerResponse, model: string, text: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (fields: object): void => {
    const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, ...fields };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  for (const word of text.split(/(?<= )/)) send({ choices: [{ index: 0, delta: { content: word } }] });
  send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  send({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } });
  response.end('data: [DONE]\n\n');
}
