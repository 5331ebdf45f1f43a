import { connect, createServer, type Server, type Socket } from 'node:net';

/** What a cable does to what goes through it. */
export type CableMode =
  | 'whole'
  /** What was connected when it began is silent both ways, and nobody is told; what connects later is whole. */
  | 'half-open'
  /** Everything arrives, some time later. */
  | 'delay'
  /** Connections are reset, those there are and every new one. */
  | 'reset'
  /** What was connected is cut; new connections are taken and nothing ever comes back. */
  | 'silent'
  /** Nobody reads what the server sends, until it is over. */
  | 'slow';

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  dead: boolean;
}

/** What waits to be passed on to a socket, in order. */
interface Queue {
  readonly chunks: Buffer[];
  /** When the last of them may go, by the monotonic clock. */
  lastAt: number;
}

/** A TCP proxy that clients go through, and that can harm their connections. */
export class RoughCable {
  readonly url: string;
  readonly #target: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #queues = new WeakMap<Socket, Queue>();
  #mode: CableMode = 'whole';
  #delayMs = 0;

  private constructor(target: number, server: Server, port: number) {
    this.#target = target;
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
    server.on('connection', (client) => this.#join(client));
  }

  /** Lays a cable to a port of 127.0.0.1. */
  static async lay(target: number): Promise<RoughCable> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the cable has no port');
    return new RoughCable(target, server, address.port);
  }

  /** How many connections go through it now. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Cuts everything that is connected; what connects later is treated by the mode. */
  cut(): void {
    for (const pair of [...this.#pairs]) this.#end(pair);
  }

  /** From now on. `whole` ends what was silent, so that its holders learn of it, and lets slow ones go on. */
  turn(mode: CableMode, delayMs = 0): void {
    this.#mode = mode;
    this.#delayMs = delayMs;
    if (mode === 'reset' || mode === 'silent') this.cut();
    for (const pair of [...this.#pairs]) this.#treat(pair);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }

  #treat(pair: Pair): void {
    const { client, upstream } = pair;
    if (this.#mode === 'half-open') {
      pair.dead = true;
      client.pause();
      upstream.pause();
    } else if (this.#mode === 'slow') {
      upstream.pause();
    } else if (pair.dead) {
      this.#end(pair);
    } else {
      upstream.resume();
    }
  }

  #join(client: Socket): void {
    client.on('error', () => undefined);
    if (this.#mode === 'reset') {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    const pair: Pair = { client, upstream, dead: false };
    this.#pairs.add(pair);
    upstream.on('error', () => undefined);
    for (const socket of [client, upstream]) socket.on('close', () => this.#end(pair));
    const silent = this.#mode === 'silent';
    client.on('data', (chunk) => this.#pass(client, upstream, chunk));
    upstream.on('data', (chunk) => {
      if (!silent) this.#pass(upstream, client, chunk);
    });
    pair.dead = silent;
    if (this.#mode === 'slow') upstream.pause();
  }

  #pass(from: Socket, to: Socket, chunk: Buffer): void {
    const queue = this.#queues.get(to) ?? { chunks: [], lastAt: 0 };
    this.#queues.set(to, queue);
    if (this.#delayMs > 0 || queue.chunks.length > 0) {
      this.#later(to, chunk, queue);
      return;
    }
    // A reader that is slow slows the writer down, as without the cable.
    if (to.write(chunk) || to.destroyed) return;
    from.pause();
    to.once('drain', () => {
      if (this.#mode !== 'slow' && this.#mode !== 'half-open') from.resume();
    });
  }

  /** Nothing overtakes what waits, also when the delay is over meanwhile. */
  #later(to: Socket, chunk: Buffer, queue: Queue): void {
    queue.chunks.push(chunk);
    queue.lastAt = Math.max(queue.lastAt, performance.now() + this.#delayMs);
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        const next = queue.chunks.shift();
        if (next !== undefined && !to.destroyed) to.write(next);
      },
      Math.max(0, queue.lastAt - performance.now()),
    );
    this.#timers.add(timer);
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    if (this.#mode === 'reset') pair.client.resetAndDestroy();
    else pair.client.destroy();
    pair.upstream.destroy();
  }
}
