import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';

interface Message {
  readonly role: string;
  readonly content?: unknown;
}

/** Stands before a model server and keeps what it is asked; the answers pass as they come. */
export class ModelEar {
  readonly #server: Server;
  readonly #heard: (readonly Message[])[] = [];
  #model = '';

  private constructor() {
    this.#server = createServer((request, response) => void this.#pass(request, response));
  }

  static async start(): Promise<ModelEar> {
    const ear = new ModelEar();
    await new Promise<void>((resolve) => ear.#server.listen(0, '127.0.0.1', resolve));
    return ear;
  }

  /** What OPENAI_BASE_URL is set to. */
  get baseUrl(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/v1`;
  }

  /** Says where the model is. */
  listenTo(model: string): void {
    this.#model = model;
  }

  /** The system prompts of replies that were asked for with this text among their messages; titles are left out. */
  promptsAbout(text: string): string[] {
    return this.#heard
      .filter((messages) => messages.some(({ content }) => typeof content === 'string' && content.includes(text)))
      .map((messages) => String(messages.find(({ role }) => role === 'system')?.content))
      .filter((prompt) => !/title/i.test(prompt));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    if (body !== '') this.#heard.push((JSON.parse(body) as { messages: Message[] }).messages);
    const { method = 'GET', url = '/', headers } = request;
    const asked = ask(`${this.#model}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    asked.on('error', () => response.destroy());
    response.on('close', () => asked.destroy());
    asked.end(body);
  }
}
