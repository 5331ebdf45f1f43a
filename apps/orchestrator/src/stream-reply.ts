import type { Clock, Delta, NewEvent, TimerHandle } from '@colloquy/contracts';
import type { ModelRequest } from '@colloquy/engine';
import type { ModelPiece } from '@colloquy/effects';
import type { RunningChat } from './running-chat.ts';

/** Pieces that come within this time of each other travel in one commit, in ms. The first of all goes at once. */
const COALESCE_MS = 40;
/** Most text of one commit, in UTF-16 code units: a log that was away for a while must still take what has gathered. */
const MOST_TEXT = 32 * 1024;

/**
 * Puts a reply on the log while it streams in: pieces become deltas with offsets, joined for a moment, and
 * `message_started` rides in the commit of a message's first delta. One flush is on its way at a time, so a slow log
 * makes commits larger, never more.
 */
export class ReplyStream {
  readonly #chat: RunningChat;
  readonly #clock: Clock;
  readonly #about: { runId: string; request: ModelRequest; model: string; attempt: number };
  readonly #signal: AbortSignal;
  readonly #offsets = new Map<string, number>();
  readonly #started = new Set<string>();
  #waiting: Delta[] = [];
  #timer: TimerHandle | undefined;
  #flushing: Promise<void> | undefined;
  #ended = false;
  #failure: Error | undefined;

  constructor(parts: {
    chat: RunningChat;
    clock: Clock;
    signal: AbortSignal;
    about: { runId: string; request: ModelRequest; model: string; attempt: number };
  }) {
    this.#chat = parts.chat;
    this.#clock = parts.clock;
    this.#signal = parts.signal;
    this.#about = parts.about;
  }

  /** Takes a piece; never waits. */
  add(piece: ModelPiece): void {
    if (this.#ended || piece.text === '') return;
    const key = `${piece.kind} ${piece.messageId}`;
    const offset = this.#offsets.get(key) ?? 0;
    this.#offsets.set(key, offset + piece.text.length);
    this.#join({ ...piece, offset, runId: this.#about.runId, agent: this.#about.request.agent });
    this.#chat.steps.progressed(this.#about.runId);
    this.#schedule(offset === 0 ? 0 : COALESCE_MS);
  }

  /**
   * Takes no more pieces; what is not on its way yet is dropped, since the event that ends the message has the whole
   * text. Resolves when what was on its way is on the log.
   * @throws FencedError
   */
  async end(): Promise<void> {
    this.#ended = true;
    this.#waiting = [];
    if (this.#timer) this.#clock.clearTimeout(this.#timer);
    await this.#flushing;
    if (this.#failure) throw this.#failure;
  }

  #join(delta: Delta): void {
    const last = this.#waiting.at(-1);
    if (last?.messageId === delta.messageId && last.kind === delta.kind) last.text += delta.text;
    else this.#waiting.push(delta);
  }

  #schedule(delayMs: number): void {
    if (this.#flushing) return;
    if (delayMs === 0) {
      this.#flush();
      return;
    }
    this.#timer ??= this.#clock.setTimeout(() => this.#flush(), delayMs);
  }

  #flush(): void {
    if (this.#timer) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#flushing || this.#waiting.length === 0 || this.#signal.aborted) return;
    const deltas = this.#take();
    this.#flushing = this.#send(deltas)
      .catch((error: unknown) => {
        this.#failure = error instanceof Error ? error : new Error(String(error));
        this.#ended = true;
      })
      .finally(() => {
        this.#flushing = undefined;
        if (!this.#ended && this.#waiting.length > 0) this.#schedule(COALESCE_MS);
      });
  }

  #take(): Delta[] {
    const taken: Delta[] = [];
    let room = MOST_TEXT;
    for (let first = this.#waiting[0]; first !== undefined && room > 0; first = this.#waiting[0]) {
      const { text, offset } = first;
      taken.push({ ...first, text: text.slice(0, room) });
      if (text.length <= room) this.#waiting.shift();
      else this.#waiting[0] = { ...first, text: text.slice(room), offset: offset + room };
      room -= text.length;
    }
    return taken;
  }

  async #send(deltas: Delta[]): Promise<void> {
    const events = this.#startsOf(deltas);
    if (events.length === 0) return this.#chat.stream(deltas);
    await this.#chat.change(() => (this.#signal.aborted ? undefined : { events, deltas }));
  }

  #startsOf(deltas: readonly Delta[]): NewEvent[] {
    const events: NewEvent[] = [];
    for (const { messageId, kind } of deltas) {
      if ((kind !== 'text' && kind !== 'reasoning') || this.#started.has(messageId)) continue;
      this.#started.add(messageId);
      const { runId, request, model, attempt } = this.#about;
      const { agent, purpose } = request;
      events.push({ type: 'message_started', runId, agent, messageId, kind, purpose, model, attempt });
    }
    return events;
  }
}
