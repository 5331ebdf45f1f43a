import { MULTI_LAST_LIMIT, type Cursor } from '@colloquy/contracts';
import type { Broadcast, StreamParts, Viewer } from './ports.ts';
import { readMissed, type Missed } from './read-after.ts';
import { ChatStream } from './stream-chat.ts';

/** How long a chat that nobody watches any more is kept open, in ms: people reload. */
const LINGER_MS = 5000;

interface Entry {
  readonly stream: Promise<ChatStream>;
  opened?: ChatStream;
  readonly holders: Set<Viewer>;
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

  /** The stream of a chat, opened by its first viewer. Give it back by {@link release}. */
  async acquire(chatId: string, viewer: Viewer): Promise<ChatStream> {
    const entry = this.#entries.get(chatId) ?? this.#open(chatId);
    entry.holders.add(viewer);
    try {
      return await entry.stream;
    } catch (error) {
      this.#entries.delete(chatId);
      throw error;
    }
  }

  /** The viewer watches the chat no more; the last one's leaving closes it after a while. */
  release(chatId: string, viewer: Viewer): void {
    const entry = this.#entries.get(chatId);
    if (!entry) return;
    entry.holders.delete(viewer);
    entry.stream.then((stream) => stream.leave(viewer)).catch(() => undefined);
    if (entry.holders.size === 0) this.#parts.clock.setTimeout(() => this.#closeIfUnused(chatId, entry), LINGER_MS);
  }

  /** Cursor of the newest commit that the viewers of a chat have; undefined for a chat that is not open. */
  cursorOf(chatId: string): string | undefined {
    const stream = this.#entries.get(chatId)?.opened;
    return stream?.tail && stream.cursorOf(stream.tail);
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
   * republishing leaves no other trace.
   */
  async checkAll(): Promise<void> {
    const chatIds = [...this.#entries.keys()];
    for (let at = 0; at < chatIds.length; at += MULTI_LAST_LIMIT) {
      const last = await this.#parts.log.lastSequences(chatIds.slice(at, at + MULTI_LAST_LIMIT));
      for (const [chatId, streamSeq] of last) {
        const stream = await this.#entries.get(chatId)?.stream;
        await stream?.catchUp(streamSeq);
      }
    }
  }

  /** Closes all. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(async ({ stream }) => (await stream).close()));
  }

  #open(chatId: string): Entry {
    const stream = this.#parts.log.epoch().then(async (epoch) => {
      const opened = new ChatStream(this.#parts, { chatId, epoch, broadcast: this.#broadcast });
      await opened.open();
      entry.opened = opened;
      return opened;
    });
    const entry: Entry = { stream, holders: new Set() };
    this.#entries.set(chatId, entry);
    return entry;
  }

  #closeIfUnused(chatId: string, entry: Entry): void {
    if (entry.holders.size > 0 || this.#entries.get(chatId) !== entry) return;
    this.#entries.delete(chatId);
    entry.stream.then((stream) => stream.close()).catch(() => undefined);
  }
}
