import { SOCKET_EVENTS, type Clock, type Commits } from '@colloquy/contracts';
import type { Socket } from 'socket.io';
import type { Meters, Viewer } from './ports.ts';

/** More packets than this waiting to be sent, and the socket is behind. */
const MOST_WAITING = 256;
/** A socket that has not drained after this time is given up, in ms. */
const PATIENCE_MS = 30_000;

/** Name of the room of a chat. */
export const roomOf = (chatId: string): string => `chat ${chatId}`;

/** Packets that wait to be sent. engine.io documents `writeBuffer` for this, but its types keep it private. */
function waitingOf(socket: Socket): number {
  const buffer: unknown = Reflect.get(socket.conn, 'writeBuffer');
  return Array.isArray(buffer) ? buffer.length : 0;
}

/** A socket that watches chats. */
export class SocketViewer implements Viewer {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #meters: Meters;
  #draining: Promise<void> | undefined;

  constructor(parts: { socket: Socket; clock: Clock; meters: Meters }) {
    this.#socket = parts.socket;
    this.#clock = parts.clock;
    this.#meters = parts.meters;
  }

  get behind(): boolean {
    return waitingOf(this.#socket) > MOST_WAITING;
  }

  send(commits: Commits): void {
    this.#socket.emit(SOCKET_EVENTS.commits, commits);
  }

  reset(chatId: string): void {
    this.#socket.emit(SOCKET_EVENTS.reset, { chatId });
  }

  join(chatId: string): void {
    void this.#socket.join(roomOf(chatId));
  }

  leave(chatId: string): void {
    void this.#socket.leave(roomOf(chatId));
  }

  drained(): Promise<void> {
    if (!this.behind) return Promise.resolve();
    this.#draining ??= this.#waitUntilDrained().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #waitUntilDrained(): Promise<void> {
    this.#meters.lagging();
    const { conn } = this.#socket;
    const over = new AbortController();
    const drained = new Promise<void>((resolve, reject) => {
      conn.on('drain', () => {
        if (!this.behind) resolve();
      });
      conn.once('close', () => reject(new Error('the socket closed')));
    });
    const late = this.#clock.sleep(PATIENCE_MS, over.signal).then(
      () => this.#giveUp(),
      () => undefined,
    );
    try {
      await Promise.race([drained, late]);
    } finally {
      over.abort();
    }
  }

  #giveUp(): never {
    this.#meters.dropped();
    this.#socket.disconnect(true);
    throw new Error('the socket was too slow for too long');
  }
}
