import { SOCKET_EVENTS, type Clock, type Commits } from '@colloquy/contracts';
import type { ServerResponse } from 'node:http';
import type { Viewer } from './ports.ts';

/** More bytes than this waiting to be sent, and the response is behind. */
const MOST_WAITING_BYTES = 256 * 1024;
const PATIENCE_MS = 30_000;

/** One commit batch as a server-sent event; `id` is the cursor to go on from. */
export function sseOf(commits: Commits): string {
  return `id: ${commits.cursor}\nevent: ${SOCKET_EVENTS.commits}\ndata: ${JSON.stringify(commits)}\n\n`;
}

/** The SSE responses of this gateway, by the chat they have joined. */
export class SseRooms {
  readonly #rooms = new Map<string, Set<SseViewer>>();

  join(chatId: string, viewer: SseViewer): void {
    const room = this.#rooms.get(chatId) ?? new Set();
    this.#rooms.set(chatId, room.add(viewer));
  }

  leave(chatId: string, viewer: SseViewer): void {
    const room = this.#rooms.get(chatId);
    room?.delete(viewer);
    if (room?.size === 0) this.#rooms.delete(chatId);
  }

  /** Sends to all who have joined; encoded once. */
  broadcast(commits: Commits): void {
    const room = this.#rooms.get(commits.chatId);
    if (!room) return;
    const text = sseOf(commits);
    for (const viewer of room) viewer.write(text);
  }
}

/** An SSE response that watches one chat. */
export class SseViewer implements Viewer {
  readonly #response: ServerResponse;
  readonly #rooms: SseRooms;
  readonly #clock: Clock;

  constructor(parts: { response: ServerResponse; rooms: SseRooms; clock: Clock }) {
    this.#response = parts.response;
    this.#rooms = parts.rooms;
    this.#clock = parts.clock;
  }

  get behind(): boolean {
    return this.#response.writableLength > MOST_WAITING_BYTES;
  }

  /** Writes; one that has fallen too far behind is cut off: it comes back with its `Last-Event-ID`. */
  write(text: string): void {
    if (this.behind) this.#response.destroy();
    else this.#response.write(text);
  }

  send(commits: Commits): void {
    this.#response.write(sseOf(commits));
  }

  reset(chatId: string): void {
    this.#response.end(`event: ${SOCKET_EVENTS.reset}\ndata: ${JSON.stringify({ chatId })}\n\n`);
  }

  join(chatId: string): void {
    this.#rooms.join(chatId, this);
  }

  leave(chatId: string): void {
    this.#rooms.leave(chatId, this);
  }

  async drained(): Promise<void> {
    const over = new AbortController();
    const drained = new Promise<void>((resolve, reject) => {
      this.#response.once('drain', resolve);
      this.#response.once('close', () => reject(new Error('the response closed')));
    });
    const late = this.#clock.sleep(PATIENCE_MS, over.signal).then(
      () => {
        this.#response.destroy();
        throw new Error('the response was too slow for too long');
      },
      () => undefined,
    );
    try {
      await Promise.race([drained, late]);
    } finally {
      over.abort();
    }
  }
}
