import { MULTI_LAST_LIMIT, type Cursor } from '@colloquy/contracts';
import type { Broadcast, StreamParts } from './ports.ts';
import { readMissed, type Missed } from './read-after.ts';
import { ChatStream } from './stream-chat.ts';

/** How long a chat that nobody watches any more is kept open, in ms: people reload. */
const LINGER_MS = 5000;
/** How many chats are caught up at once when a check finds them behind. */
const CATCH_UPS = 16;

/** A right to a chat's stream, which stays open as long as anybody holds it. */
export interface Hold {
  readonly stream: ChatStream;
  /** Gives it back; the last one's leaving closes the stream after a while. */
  release(): void;
}

interface Entry {
  readonly stream: Promise<ChatStream>;
  opened?: ChatStream;
  readonly holds: Set<object>;
}

/** The chats that somebody watches through this gateway. */
export class ChatStreams {
  readonly #parts: StreamParts;
  readonly #broadcast: Broadcast;
  readonly #entries = new Map<string, Entry>();
  readonly #reads = new Map<string, Promise<Missed>>();

  constructor(parts: StreamParts, broadcast: Broadcast) {
    this.#parts = parts;
    this.#broadcast = broadcast;
  }

  /** How many chats are open. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many viewers watch a chat, counted for each chat that they watch. */
  get holds(): number {
    let holds = 0;
    for (const entry of this.#entries.values()) holds += entry.holds.size;
    return holds;
  }

  /**
   * The stream of a chat, opened by its first holder.
   * @throws what the broker throws when the chat cannot be subscribed to; the next call tries again
   */
  async acquire(chatId: string): Promise<Hold> {
    const entry = this.#entries.get(chatId) ?? this.#open(chatId);
    const mark = {};
    entry.holds.add(mark);
    const stream = await entry.stream;
    return { stream, release: () => this.#release(chatId, entry, mark) };
  }

  /** What lies after a cursor; readers of the same chat and cursor share one read. */
  readOnce(chatId: string, cursor: Cursor | undefined): Promise<Missed> {
    const key = `${chatId} ${cursor ? `${cursor.epoch}.${String(cursor.streamSeq)}.${String(cursor.eventSeq)}` : ''}`;
    const running = this.#reads.get(key);
    if (running) return running;
    const read = readMissed(this.#parts, chatId, cursor).finally(() => this.#reads.delete(key));
    this.#reads.set(key, read);
    return read;
  }

  /**
   * Compares all open chats with the log and reads on where the log is further: a leader that dies between storing and
   * republishing leaves no other trace. Chats of a stream that is gone are closed, and their viewers told to reload.
   */
  async checkAll(): Promise<void> {
    const epoch = await this.#parts.log.epoch();
    for (const { opened } of [...this.#entries.values()]) if (opened && opened.epoch !== epoch) this.retire(opened);
    const chatIds = [...this.#entries.keys()];
    for (let at = 0; at < chatIds.length; at += MULTI_LAST_LIMIT) {
      const last = await this.#parts.log.lastSequences(chatIds.slice(at, at + MULTI_LAST_LIMIT));
      await this.#catchUp([...last]);
    }
  }

  /** The stream is of an incarnation that is gone: the next `acquire` opens another one. */
  retire(stream: ChatStream): void {
    if (this.#entries.get(stream.chatId)?.opened === stream) this.#entries.delete(stream.chatId);
    this.#ended(stream.retire(), stream.chatId);
  }

  /** Closes all. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.allSettled(entries.map(async ({ stream }) => (await stream).close()));
  }

  /** A chat whose log cannot be read holds up none of the others. */
  async #catchUp(last: [string, number][]): Promise<void> {
    const work = async (): Promise<void> => {
      for (let next = last.pop(); next; next = last.pop()) await this.#entries.get(next[0])?.opened?.catchUp(next[1]);
    };
    await Promise.all(Array.from({ length: CATCH_UPS }, work));
  }

  #open(chatId: string): Entry {
    const stream = this.#parts.log.epoch().then(async (epoch) => {
      const opened = new ChatStream(this.#parts, { chatId, epoch, broadcast: this.#broadcast });
      await opened.open();
      entry.opened = opened;
      return opened;
    });
    const entry: Entry = { stream, holds: new Set() };
    this.#entries.set(chatId, entry);
    stream.catch(() => this.#forget(chatId, entry));
    return entry;
  }

  #release(chatId: string, entry: Entry, mark: object): void {
    if (!entry.holds.delete(mark) || entry.holds.size > 0) return;
    this.#parts.clock.setTimeout(() => this.#closeIfUnused(chatId, entry), LINGER_MS);
  }

  #closeIfUnused(chatId: string, entry: Entry): void {
    if (entry.holds.size > 0 || !this.#forget(chatId, entry) || !entry.opened) return;
    this.#ended(entry.opened.close(), chatId);
  }

  #forget(chatId: string, entry: Entry): boolean {
    return this.#entries.get(chatId) === entry && this.#entries.delete(chatId);
  }

  #ended(ending: Promise<void>, chatId: string): void {
    ending.catch((error: unknown) => this.#parts.logger.warn({ chatId, err: error }, 'a chat could not be closed'));
  }
}
