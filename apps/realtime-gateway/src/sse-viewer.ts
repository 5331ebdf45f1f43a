import { SOCKET_EVENTS, type Bye, type Clock, type Commits } from '@colloquy/contracts';
import type { ServerResponse } from 'node:http';
import type { Viewer } from './ports.ts';

/** More bytes than this waiting to be sent, and the response is behind. */
const MOST_WAITING_BYTES = 256 * 1024;
const PATIENCE_MS = 30_000;

/** One commit batch as a server-sent event; `id` is the cursor to go on from. */
export function sseOf(commits: Commits): string {
  return eventOf(SOCKET_EVENTS.commits, commits, commits.cursor);
}

function eventOf(event: string, data: unknown, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The SSE responses of this gateway. */
export class SseRooms {
  readonly #rooms = new Map<string, Set<SseViewer>>();
  readonly #all = new Set<SseViewer>();

  /** How many responses are open. */
  get size(): number {
    return this.#all.size;
  }

  add(viewer: SseViewer): void {
    this.#all.add(viewer);
  }

  remove(viewer: SseViewer): void {
    this.#all.delete(viewer);
  }

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
    for (const viewer of [...room]) viewer.write(text);
  }

  /** Ends every response; each client comes back elsewhere, with its `Last-Event-ID`, at another moment. */
  sayBye(spreadMs: number): void {
    const viewers = [...this.#all];
    for (const [index, viewer] of viewers.entries()) {
      viewer.bye({ reason: 'drain', reconnectInMs: Math.round((spreadMs * index) / viewers.length) });
    }
  }
}

/** An SSE response that watches one chat. */
export class SseViewer implements Viewer {
  readonly kind = 'sse';
  readonly #response: ServerResponse;
  readonly #rooms: SseRooms;
  readonly #clock: Clock;
  readonly #begin: () => void;

  /** @param parts.begin - writes the head; called before the first byte, so that a failure until then is a problem */
  constructor(parts: { response: ServerResponse; rooms: SseRooms; clock: Clock; begin: () => void }) {
    this.#response = parts.response;
    this.#rooms = parts.rooms;
    this.#clock = parts.clock;
    this.#begin = parts.begin;
  }

  get behind(): boolean {
    return this.#response.writableLength > MOST_WAITING_BYTES;
  }

  /** Writes; one that has fallen too far behind is cut off: it comes back with its `Last-Event-ID`. */
  write(text: string): void {
    if (this.behind) this.#response.destroy();
    else this.#put(text);
  }

  send(commits: Commits): void {
    this.#put(sseOf(commits));
  }

  reset(chatId: string, cursor: string | undefined): void {
    this.#end(eventOf(SOCKET_EVENTS.reset, { chatId }, cursor));
  }

  /** Ends the response; the client connects again after a while. */
  bye(bye: Bye): void {
    this.#end(`retry: ${String(Math.max(bye.reconnectInMs, 1))}\n${eventOf(SOCKET_EVENTS.bye, bye)}`);
  }

  join(chatId: string): void {
    this.#rooms.join(chatId, this);
  }

  leave(chatId: string): void {
    this.#rooms.leave(chatId, this);
  }

  async drained(): Promise<void> {
    if (this.#isOver()) throw new Error('the response is closed');
    if (!this.behind) return;
    const over = new AbortController();
    const drained = new Promise<void>((resolve, reject) => {
      const onClose = (): void => reject(new Error('the response closed'));
      this.#response.on('drain', resolve);
      this.#response.on('close', onClose);
      over.signal.addEventListener('abort', () => {
        this.#response.off('drain', resolve);
        this.#response.off('close', onClose);
      });
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

  /** A write after the end would be an error that nobody catches. */
  #isOver(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  #put(text: string): void {
    if (this.#isOver()) return;
    this.#begin();
    this.#response.write(text);
  }

  #end(text: string): void {
    if (this.#isOver()) return;
    this.#begin();
    this.#response.end(text);
  }
}
