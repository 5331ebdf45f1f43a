import type { Commits, SubscribeReply } from '@colloquy/contracts';
import { io, type Socket } from 'socket.io-client';
import { waitFor } from '../../tools/servers/wait-for.ts';
import type { BenchGateway } from './gateway.ts';

const LATE_MS = 30_000;

/** Connects to the gateway as a person. */
export async function connectTo({ url, token }: Pick<BenchGateway, 'url' | 'token'>): Promise<Socket> {
  const socket = io(url, { transports: ['websocket'], auth: { token }, reconnection: false, forceNew: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

/** People who all watch one chat, each on a connection of their own. */
export class Watchers {
  readonly #sockets: readonly Socket[];
  #frames = 0;
  #deltas = 0;
  #last: Commits | undefined;

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
    for (const socket of sockets)
      socket.on('commits', (commits: Commits) => {
        this.#frames += 1;
        this.#deltas += commits.deltas.length;
        this.#last = commits;
      });
  }

  /** @throws Error when one of them may not watch */
  static async open(gateway: BenchGateway, of: { chatId: string; viewers: number }): Promise<Watchers> {
    const sockets: Socket[] = [];
    for (let n = 0; n < of.viewers; n += 1) sockets.push(await connectTo(gateway));
    for (const socket of sockets) {
      const reply = (await socket.timeout(LATE_MS).emitWithAck('subscribe', { chatId: of.chatId })) as SubscribeReply;
      if (!reply.ok) throw new Error(`subscribe: ${reply.error.message}`);
    }
    return new Watchers(sockets);
  }

  /** Frames and deltas that came to all of them together since the last time. */
  taken(): { readonly frames: number; readonly deltas: number } {
    const taken = { frames: this.#frames, deltas: this.#deltas };
    [this.#frames, this.#deltas] = [0, 0];
    return taken;
  }

  /** Resolves once all of them have so many deltas since the last `taken`. */
  async have(deltas: number): Promise<void> {
    const all = deltas * this.#sockets.length;
    const until = (): boolean => this.#deltas >= all;
    await waitFor({ what: `${String(all)} deltas`, until, deadlineMs: LATE_MS, everyMs: 5 });
  }

  /** How long the last frame was as it stood on the wire. */
  get frameBytes(): number {
    const packet = `42${JSON.stringify(['commits', this.#last])}`;
    return 4 + Buffer.byteLength(packet);
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}
