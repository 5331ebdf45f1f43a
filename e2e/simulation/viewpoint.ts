import type { ChatHandle } from '@colloquy/client';
import { parseCursor, SOCKET_EVENTS, type Commits, type Delta, type Subscribe } from '@colloquy/contracts';
import type { Nature } from './nature.ts';

/** What has come to one page of one chat. */
interface Seen {
  /** The newest event up to which none is missing. */
  seq: number;
  /** The event of the last position that it asked from. */
  from: number;
  /** Length of each text, by message and kind. */
  readonly lengths: Map<string, number>;
}

/** Watches what one page gets, in the moment in which it does: nothing may come out of order or leave a hole. */
export class Viewpoint {
  readonly #nature: Nature;
  readonly #name: string;
  readonly #seen = new Map<string, Seen>();

  constructor(nature: Nature, name: string) {
    this.#nature = nature;
    this.#name = name;
  }

  /** A chat was opened: what the person sees only ever moves on. */
  watch(handle: ChatHandle): void {
    let shown = 0;
    handle.subscribe(() => {
      const { chat } = handle.getView();
      if (chat.gap) this.#nature.count('a client finds a gap');
      if (chat.lastSeq < shown && !chat.gap) {
        this.#wrong(handle.chatId, `shows event ${String(chat.lastSeq)} as its last after ${String(shown)}`);
      }
      shown = chat.lastSeq;
      for (const entry of chat.memory.open) {
        if (entry.kind === 'tool') continue;
        const said = this.#nature.saidOf(entry.kind === 'agent' ? 'text' : 'reasoning', entry.messageId);
        if (!said.startsWith(entry.text)) this.#wrong(handle.chatId, `shows "${entry.text}" of "${said}"`);
      }
    });
  }

  /** A new connection: what came over the old one may be more than the client goes on from. */
  connected(): void {
    for (const seen of this.#seen.values()) seen.seq = 0;
  }

  /** The page asks for what comes after its cursor. */
  asked(event: string, payload: unknown): void {
    if (event !== SOCKET_EVENTS.subscribe) return;
    const { chatId, cursor } = payload as Subscribe;
    const from = cursor === undefined ? 0 : (parseCursor(cursor)?.eventSeq ?? 0);
    const seen = this.#of(chatId);
    seen.seq = Math.max(seen.seq, from);
    seen.from = from;
  }

  /** Something has come. */
  arrived(event: string, payload: unknown): void {
    this.#nature.note(() => `${this.#name} ${event} ${JSON.stringify(payload)}`);
    if (event !== SOCKET_EVENTS.commits) return;
    const { chatId, events, deltas } = payload as Commits;
    const seen = this.#of(chatId);
    for (const { seq } of events) {
      if (seq > seen.seq + 1) this.#wrong(chatId, `was sent event ${String(seq)} after ${String(seen.seq)}`);
      seen.seq = Math.max(seen.seq, seq);
    }
    for (const delta of deltas) this.#hear(chatId, delta, seen);
  }

  #hear(chatId: string, { messageId, kind, offset, text }: Delta, seen: Seen): void {
    const key = `${kind} ${messageId}`;
    const length = seen.lengths.get(key) ?? 0;
    // A piece of what has ended is void.
    if ((this.#nature.endOf(messageId) ?? Infinity) <= seen.seq) return;
    // A document's position is before the oldest message that is still open in it. What began before that has ended in
    // it, though its end may not have come over the socket yet.
    if (length === 0 && (this.#nature.startOf(messageId) ?? Infinity) <= seen.from) return;
    if (offset > length) this.#wrong(chatId, `was sent text at ${String(offset)} after ${String(length)}`);
    seen.lengths.set(key, Math.max(length, offset + text.length));
  }

  #of(chatId: string): Seen {
    const seen = this.#seen.get(chatId) ?? { seq: 0, from: 0, lengths: new Map<string, number>() };
    this.#seen.set(chatId, seen);
    return seen;
  }

  #wrong(chatId: string, what: string): void {
    this.#nature.violated(`${this.#name} ${what} of ${chatId}`);
  }
}
