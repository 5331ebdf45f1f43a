import { randomUUID } from 'node:crypto';
import type { Peer, Seat } from '../peer.ts';
import { programPeer, type Place } from '../program-peer.ts';
import { Screen } from '../screen.ts';

interface Event {
  readonly type: string;
  readonly sender?: string;
  readonly content?: string;
}

/** A person with a WebSocket of one chat. */
class WebSocketSeat implements Seat {
  readonly screen = new Screen();
  readonly #url: string;
  #socket: WebSocket;
  #question = '';
  #settle: { resolve(): void; reject(error: Error): void } | undefined;

  private constructor(url: string, socket: WebSocket) {
    this.#url = url;
    this.#socket = this.#listen(socket);
  }

  static async open(base: string): Promise<WebSocketSeat> {
    const url = `${base.replace('http', 'ws')}/chats/${randomUUID()}`;
    return new WebSocketSeat(url, await connected(url));
  }

  ask(text: string): Promise<void> {
    this.#question = text;
    this.#socket.send(text);
    return this.#ended();
  }

  leave(): void {
    this.#socket.close();
  }

  async back(): Promise<void> {
    this.#socket = this.#listen(await connected(this.#url));
    await this.#ended();
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.close();
  }

  #ended(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  #listen(socket: WebSocket): WebSocket {
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Event));
    socket.addEventListener('close', () => {
      if (socket === this.#socket) this.#settle?.reject(new Error('the socket is gone'));
    });
    return socket;
  }

  /** The whole text comes once more at its end, under the agent's name; so does the question, under the person's. */
  #take({ type, content = '' }: Event): void {
    if (type === 'stream') this.screen.add(content);
    else if (type === 'text' && content !== this.#question) this.screen.replace(content);
    else if (type === 'run_completion') this.#settle?.resolve();
    else if (type === 'error') this.#settle?.reject(new Error(content));
  }
}

async function connected(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error(`${url} refuses`)), { once: true });
  });
  return socket;
}

const python = ({ port, model }: Place): { readonly command: string; readonly args: readonly string[] } => ({
  command: 'venv/bin/python',
  args: ['server.py', String(port), model],
});
const served = { program: python, health: '/', seat: (url: string) => WebSocketSeat.open(url) };

/** AG2 as it was, behind FastAPI and a WebSocket. */
export const ag2: Peer = programPeer({
  name: 'AG2 0.14',
  about:
    '`ag2` 0.14.0 behind FastAPI and WebSocket: `a_run_group_chat` with two agents made for each chat; nothing is stored',
  packages: { folder: 'ag2', by: 'python' },
  ...served,
});

/** AG2 as it became. */
export const ag2One: Peer = programPeer({
  name: 'AG2 1.2',
  about:
    '`ag2` 1.2.1 behind FastAPI and WebSocket: one agent that all chats share, a memory stream each; nothing is stored',
  packages: { folder: 'ag2-1', by: 'python' },
  ...served,
});
