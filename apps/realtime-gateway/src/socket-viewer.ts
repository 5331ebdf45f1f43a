import { SOCKET_EVENTS, type Clock, type Commits } from '@colloquy/contracts';
import type { Socket } from 'socket.io';
import type { Meters, Viewer } from './ports.ts';

/** More packets, or more characters in them, waiting to be sent than this, and the socket is behind. */
const MOST_WAITING = { packets: 256, characters: 1024 * 1024 };
/** A socket that has not drained after this time is given up, in ms. */
const PATIENCE_MS = 30_000;

/** Name of the room of a chat. */
export const roomOf = (chatId: string): string => `chat ${chatId}`;

/** What the viewer uses of a socket. engine.io documents `writeBuffer`, but its types keep it private. */
export type ViewedSocket = Pick<Socket, 'emit' | 'join' | 'leave' | 'disconnect' | 'connected' | 'conn'>;

/** Whether more waits to be sent than a client should have waiting. */
function isFull(socket: ViewedSocket): boolean {
  const buffer: unknown = Reflect.get(socket.conn, 'writeBuffer');
  if (!Array.isArray(buffer) || buffer.length === 0) return false;
  if (buffer.length > MOST_WAITING.packets) return true;
  let characters = 0;
  for (const packet of buffer as { data?: unknown }[]) {
    if (typeof packet.data === 'string') characters += packet.data.length;
  }
  return characters > MOST_WAITING.characters;
}

/** A socket that watches chats. */
export class SocketViewer implements Viewer {
  readonly kind = 'socket';
  readonly #socket: ViewedSocket;
  readonly #clock: Clock;
  readonly #meters: Meters;
  #draining: Promise<void> | undefined;

  constructor(parts: { socket: ViewedSocket; clock: Clock; meters: Meters }) {
    this.#socket = parts.socket;
    this.#clock = parts.clock;
    this.#meters = parts.meters;
  }

  get behind(): boolean {
    return isFull(this.#socket);
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
    if (!this.#socket.connected) return Promise.reject(new Error('the socket is closed'));
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
      const onDrain = (): void => {
        if (!this.behind) resolve();
      };
      const onClose = (): void => reject(new Error('the socket closed'));
      conn.on('drain', onDrain);
      conn.on('close', onClose);
      over.signal.addEventListener('abort', () => {
        conn.off('drain', onDrain);
        conn.off('close', onClose);
      });
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
