import { parseCursor, type Cursor, type SubscribeReply } from '@colloquy/contracts';
import type { ChatStreams } from './chat-streams.ts';
import type { StreamParts, Viewer } from './ports.ts';
import { watchChat } from './watch-chat.ts';

/**
 * The chats that one viewer watches. A viewer that is behind is taken out of all of them, and served again from where
 * it was once it has drained: it gets nothing meanwhile, and misses nothing.
 */
export class Watching {
  readonly #parts: StreamParts;
  readonly #streams: ChatStreams;
  readonly #viewer: Viewer;
  readonly #chats = new Map<string, object>();
  #resting: Promise<void> | undefined;
  #closed = false;

  constructor(parts: StreamParts, streams: ChatStreams, viewer: Viewer) {
    this.#parts = parts;
    this.#streams = streams;
    this.#viewer = viewer;
  }

  /** Watches a chat from a cursor on; a second call of the same chat begins anew from the new cursor. */
  async start(chatId: string, cursor: Cursor | undefined): Promise<SubscribeReply> {
    this.stop(chatId);
    const turn = {};
    this.#chats.set(chatId, turn);
    try {
      const watched = await watchChat(this.#parts, this.#streams, { viewer: this.#viewer, chatId, cursor });
      // Stopped meanwhile: what was joined is left again, unless a newer call watches it now.
      if (!this.#chats.has(chatId)) this.#streams.release(chatId, this.#viewer);
      if (!watched.recovered) this.#forget(chatId, turn);
      return watched;
    } catch (error) {
      this.#forget(chatId, turn);
      throw error;
    }
  }

  /** Watches it no more. */
  stop(chatId: string): void {
    if (!this.#chats.delete(chatId)) return;
    this.#streams.release(chatId, this.#viewer);
  }

  /** The viewer is gone. */
  close(): void {
    this.#closed = true;
    for (const chatId of [...this.#chats.keys()]) this.stop(chatId);
  }

  /** Takes the viewer out while it is behind. Called after each broadcast; cheap when it is not. */
  relieve(cursorOf: (chatId: string) => string | undefined): void {
    if (this.#resting || !this.#viewer.behind) return;
    const places = [...this.#chats.keys()].map((chatId) => [chatId, parseCursor(cursorOf(chatId) ?? '')] as const);
    for (const [chatId] of places) this.stop(chatId);
    this.#resting = this.#resume(places).finally(() => {
      this.#resting = undefined;
    });
  }

  #forget(chatId: string, turn: object): void {
    if (this.#chats.get(chatId) === turn) this.#chats.delete(chatId);
  }

  async #resume(places: readonly (readonly [string, Cursor | undefined])[]): Promise<void> {
    try {
      await this.#viewer.drained();
    } catch {
      return;
    }
    for (const [chatId, cursor] of places) await this.#resumeOne(chatId, cursor);
  }

  async #resumeOne(chatId: string, cursor: Cursor | undefined): Promise<void> {
    if (this.#closed || this.#chats.has(chatId)) return;
    try {
      const reply = await this.start(chatId, cursor);
      if (reply.ok && !reply.recovered) this.#viewer.reset(chatId);
    } catch (error) {
      this.#parts.logger.warn({ chatId, err: error }, 'a viewer that was behind could not be served again: it reloads');
      this.#viewer.reset(chatId);
    }
  }
}
