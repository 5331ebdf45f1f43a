/**
 * The chats that one viewer watches. Invariants (tests name them):
 * W1  The newest call for a chat counts: an older one sends nothing more from then on, joins nothing and gives back what
 *     it holds.
 * W2  A viewer that is behind is taken out of every chat that it has joined, gets nothing, and is served from where it
 *     was once it has drained: it misses nothing. Chats that are being replayed to it wait by themselves.
 * W3  Nothing is held for a viewer that is gone.
 */
import type { Cursor, SubscribeReply } from '@colloquy/contracts';
import type { ChatStreams, Hold } from './chat-streams.ts';
import type { StreamParts, Viewer } from './ports.ts';
import { SupersededError, watchChat } from './watch-chat.ts';

/** Chats that one viewer may watch at once. */
const MOST_CHATS = 256;

/** The viewer watches as many chats as it may. */
export class TooManyChatsError extends Error {
  override readonly name = 'TooManyChatsError';
  constructor() {
    super(`At most ${String(MOST_CHATS)} chats at once: unsubscribe from one first.`);
  }
}

interface Watch {
  /** There once it has joined. */
  hold?: Hold;
  /** Where to go on; there while the viewer drains. */
  paused?: Cursor;
}

/** The chats that one viewer watches. */
export class Watching {
  readonly #parts: StreamParts;
  readonly #streams: ChatStreams;
  readonly #viewer: Viewer;
  readonly #chats = new Map<string, Watch>();
  #resting = false;
  #closed = false;

  constructor(parts: StreamParts, streams: ChatStreams, viewer: Viewer) {
    this.#parts = parts;
    this.#streams = streams;
    this.#viewer = viewer;
  }

  /**
   * Watches a chat from a cursor on; a second call of the same chat begins anew from the new cursor.
   * @throws SupersededError when a newer call, an unsubscribe or the viewer's end comes first
   * @throws TooManyChatsError
   * @throws what the log or the store throws when they cannot be read
   */
  async start(chatId: string, cursor: Cursor | undefined): Promise<SubscribeReply> {
    if (this.#closed) throw new SupersededError('the viewer is gone');
    this.stop(chatId);
    if (this.#chats.size >= MOST_CHATS) throw new TooManyChatsError();
    const watch: Watch = {};
    this.#chats.set(chatId, watch);
    const isWanted = (): boolean => this.#chats.get(chatId) === watch;
    try {
      const onJoined = (hold: Hold): void => {
        watch.hold = hold;
      };
      const request = { viewer: this.#viewer, chatId, cursor, isWanted, onJoined };
      const reply = await watchChat(this.#parts, this.#streams, request);
      if (!reply.recovered && isWanted()) this.#chats.delete(chatId);
      return reply;
    } catch (error) {
      if (isWanted()) this.#chats.delete(chatId);
      throw error;
    }
  }

  /** Watches it no more. */
  stop(chatId: string): void {
    const watch = this.#chats.get(chatId);
    this.#chats.delete(chatId);
    this.#leave(watch?.hold);
  }

  /** The viewer is gone. */
  close(): void {
    this.#closed = true;
    for (const chatId of [...this.#chats.keys()]) this.stop(chatId);
  }

  /** Takes the viewer out while it is behind; cheap when it is not. */
  relieve(): void {
    if (this.#resting || this.#closed || !this.#viewer.behind) return;
    for (const watch of this.#chats.values()) this.#pause(watch);
    this.#resting = true;
    void this.#resume().finally(() => {
      this.#resting = false;
    });
  }

  #leave(hold: Hold | undefined): void {
    hold?.stream.leave(this.#viewer);
    hold?.release();
  }

  #pause(watch: Watch): void {
    const stream = watch.hold?.stream;
    if (!stream?.sent || watch.paused) return;
    stream.leave(this.#viewer);
    watch.paused = { epoch: stream.epoch, ...stream.sent };
  }

  async #resume(): Promise<void> {
    try {
      await this.#viewer.drained();
    } catch {
      return; // it is gone, or was given up
    }
    for (const [chatId, watch] of [...this.#chats]) {
      if (watch.paused && this.#chats.get(chatId) === watch) await this.#resumeOne(chatId, watch.paused);
    }
  }

  async #resumeOne(chatId: string, cursor: Cursor): Promise<void> {
    try {
      const reply = await this.start(chatId, cursor);
      if (reply.ok && !reply.recovered) this.#viewer.reset(chatId, reply.cursor);
    } catch (error) {
      if (error instanceof SupersededError) return;
      this.#parts.logger.warn({ chatId, err: error }, 'a viewer that was behind could not be served again: it reloads');
      this.#viewer.reset(chatId, undefined);
    }
  }
}
