import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { Peer, Seat } from '../peer.ts';
import { programPeer } from '../program-peer.ts';
import { Screen } from '../screen.ts';

interface Step {
  readonly id: string;
  readonly type: string;
  readonly output: string;
}

/** A person over Socket.IO, known to Chainlit by an id that is the same when the person comes back. */
class SocketSeat implements Seat {
  readonly screen = new Screen();
  readonly #url: string;
  readonly #id = randomUUID();
  #socket: Socket;
  #answer = '';
  #settle: { resolve(): void; reject(error: Error): void } | undefined;

  private constructor(url: string) {
    this.#url = url;
    this.#socket = this.#connect();
  }

  static async open(url: string): Promise<SocketSeat> {
    const seat = new SocketSeat(url);
    await seat.#ready();
    return seat;
  }

  ask(text: string): Promise<void> {
    const createdAt = new Date().toISOString();
    const message = { id: randomUUID(), name: 'person', type: 'user_message', output: text, createdAt };
    this.#socket.emit('client_message', { message, fileReferences: [] });
    return this.#ended();
  }

  leave(): void {
    this.#socket.disconnect();
  }

  async back(): Promise<void> {
    this.#socket = this.#connect();
    await this.#ready();
    await this.#ended();
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.disconnect();
  }

  #ended(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  async #ready(): Promise<void> {
    const socket = this.#socket;
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    socket.emit('connection_successful');
  }

  #connect(): Socket {
    const auth = { clientType: 'webapp', sessionId: this.#id, userEnv: '', chatProfile: '' };
    const socket = io(this.#url, {
      ...{ path: '/ws/socket.io', transports: ['websocket'], reconnection: false, forceNew: true },
      auth,
    });
    socket.on('stream_start', ({ id, output }: Step) => {
      this.#answer = id;
      this.screen.replace(output);
    });
    socket.on('stream_token', ({ token }: { token: string }) => this.screen.add(token));
    // The whole message comes once more at its end. `task_end` is said on each connection as well, while an answer runs.
    socket.on('update_message', (step: Step) => this.#whole(step));
    socket.on('new_message', (step: Step) => this.#whole(step));
    socket.on('disconnect', (reason) => {
      if (socket === this.#socket) this.#settle?.reject(new Error(`the socket is gone: ${reason}`));
    });
    return socket;
  }

  #whole({ id, type, output }: Step): void {
    if (type !== 'assistant_message' || (this.#answer !== '' && id !== this.#answer) || output === '') return;
    this.screen.replace(output);
    this.#settle?.resolve();
  }
}

/** Chainlit over its Socket.IO. */
export const chainlit: Peer = programPeer({
  name: 'Chainlit',
  about: '`chainlit` 2.12.0 over its Socket.IO: one callback that streams; nothing is stored',
  packages: { folder: 'chainlit', by: 'python' },
  program: ({ port, model }) => ({
    command: 'venv/bin/chainlit',
    args: ['run', 'app.py', '--headless', '--port', String(port)],
    env: { MODEL_URL: model },
  }),
  health: '/project/translations?language=en-US',
  seat: (url) => SocketSeat.open(url),
});
