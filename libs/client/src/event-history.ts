/**
 * All events of one open chat, from the first: pages by HTTP, then what the open chat receives. Invariants:
 * 1. The list begins at seq 1 and has neither hole nor double: what is not the next event waits until it is.
 * 2. It is complete when it reaches as far as the open chat and what came live; else it reads on, less often when that
 *    brings nothing (what is read may be behind what is said live).
 * 3. What came live is of one log. When the chat goes on in another one, or its log has lost its end, the list begins anew.
 */
import type { ChatEvent, Clock, Commits, Ids } from '@colloquy/contracts';
import { parseCursor, SOCKET_EVENTS } from '@colloquy/contracts/constants';
import { SharedList } from '@colloquy/transcript';
import { ApiError } from './api-error.ts';
import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import type { ChatState } from './chat-handle.ts';
import { ClosedError, UnreachableError } from './client-error.ts';
import type { Connection } from './connection.ts';
import { createListeners, type Listeners } from './listeners.ts';

const PAGE = 1000;
const RETRY = { firstMs: 250, maxMs: 5_000 };

/** The events of a chat at one moment. */
export interface HistoryState {
  /** From seq 1 on, in order, without holes; as everybody may see them. */
  readonly events: SharedList<ChatEvent>;
  /** True when nothing that is known of is missing. */
  readonly complete: boolean;
  /** What keeps it from being complete; it is tried again by itself unless the chat is gone. */
  readonly error: ApiError | UnreachableError | undefined;
}

/** All events of an open chat, as long as somebody wants them. */
export interface ChatHistory {
  /** The events as they are now; the same object as long as nothing changed. */
  getState(): HistoryState;
  /** Calls `listener` after each change; returns a function that stops it. */
  subscribe(listener: () => void): () => void;
  /** Wants them no more: they leave the memory. */
  close(): void;
}

/** What a history is made of. */
export interface HistoryParts {
  readonly chatId: string;
  readonly api: Pick<Api, 'listEvents'>;
  readonly connection: Pick<Connection, 'onMessage'>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The open chat: how far it is, and in which log. */
  readonly chat: { getView(): ChatState; subscribe(listener: () => void): () => void };
  /** Told what a listener throws. */
  readonly onError: (error: unknown) => void;
  readonly onClose: () => void;
}

/** Reads all events of a chat and keeps up with it. */
export function openHistory(parts: HistoryParts): ChatHistory {
  return new LiveHistory(parts);
}

/** What a page brought. */
type Outcome = 'more' | 'nothing' | 'hopeless';

const NOTHING: HistoryState = { events: SharedList.of(), complete: false, error: undefined };

class LiveHistory implements ChatHistory {
  readonly #parts: HistoryParts;
  readonly #listeners: Listeners<undefined>;
  readonly #offs: (() => void)[];
  #closing = new AbortController();
  #state = NOTHING;
  /** Events that came before those in front of them. */
  readonly #ahead = new Map<number, ChatEvent>();
  /** The newest event that is known of. */
  #known = 0;
  /** How far the open chat was. */
  #shown = 0;
  #epoch: string | undefined;
  #busy = false;
  /** Something was asked for after the last look. */
  #wanted = false;
  /** Ends the wait before the next page. */
  #resting: AbortController | undefined;
  #closed = false;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
    this.#listeners = createListeners(parts.onError);
    this.#offs = [
      parts.connection.onMessage(({ event, payload }) => {
        if (event !== SOCKET_EVENTS.commits) return;
        const commits = payload as Commits;
        if (commits.chatId === parts.chatId) this.#take(commits.events, commits.cursor);
      }),
      parts.chat.subscribe(() => {
        this.#follow();
      }),
    ];
    this.#follow();
    this.#want();
  }

  getState(): HistoryState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closing.abort(new ClosedError('the history was closed'));
    for (const off of this.#offs) off();
    this.#ahead.clear();
    this.#state = NOTHING;
    this.#parts.onClose();
  }

  /** Looks how far the open chat is. */
  #follow(): void {
    const { chat, phase } = this.#parts.chat.getView();
    const lost = chat.lastSeq < this.#shown;
    this.#shown = chat.lastSeq;
    if (lost || this.#isOther(chat.cursor)) this.#beginAnew();
    this.#known = Math.max(this.#known, chat.lastSeq);
    if (phase !== 'loading') this.#want();
  }

  #take(events: readonly ChatEvent[], cursor: string): void {
    if (this.#isOther(cursor)) this.#beginAnew();
    for (const event of events) {
      this.#known = Math.max(this.#known, event.seq);
      if (event.seq > this.#state.events.length) this.#ahead.set(event.seq, event);
    }
    this.#join([]);
    this.#want();
  }

  #isOther(cursor: string | undefined): boolean {
    const epoch = cursor === undefined ? undefined : parseCursor(cursor)?.epoch;
    if (epoch === undefined || epoch === this.#epoch) return false;
    const other = this.#epoch !== undefined;
    this.#epoch = epoch;
    return other;
  }

  #beginAnew(): void {
    this.#closing.abort(new ClosedError('the log is another one'));
    this.#closing = new AbortController();
    this.#ahead.clear();
    this.#known = 0;
    this.#publish(NOTHING);
  }

  /** Appends what follows: of a page, then of what came ahead of it. */
  #join(page: readonly ChatEvent[]): void {
    let { events } = this.#state;
    const add = (event: ChatEvent | undefined): boolean => {
      if (event?.seq !== events.length + 1) return false;
      events = events.push(event);
      return true;
    };
    for (const event of page) {
      add(event);
      if (event.seq <= events.length) this.#ahead.delete(event.seq);
    }
    while (add(this.#ahead.get(events.length + 1))) this.#ahead.delete(events.length);
    if (events !== this.#state.events) this.#publish({ ...this.#state, events, complete: false });
  }

  #publish(state: HistoryState): void {
    const { events, error } = state;
    const complete = events.length > 0 && events.length >= this.#known;
    const next = { events, complete, error: complete ? undefined : error };
    const old = this.#state;
    if (old.events === next.events && old.complete === next.complete && old.error === next.error) return;
    this.#state = next;
    if (complete) this.#resting?.abort(new Error('nothing is missing'));
    this.#listeners.tell(undefined);
  }

  /** Reads on when something is missing; not in this tick, in which it may still come live. */
  #want(): void {
    this.#wanted = true;
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    void Promise.resolve()
      .then(() => this.#work())
      .catch(this.#parts.onError)
      .finally(() => {
        this.#busy = false;
        if (this.#wanted) this.#want();
      });
  }

  /** Whether to read on. More may be known of than when the state was last made: what counts is what is known now. */
  #missing(): boolean {
    this.#wanted = false;
    this.#publish(this.#state);
    const { phase } = this.#parts.chat.getView();
    // A chat that is still to be created is not asked for.
    const there = phase === 'live' || phase === 'catching_up' || this.#known > 0;
    return !this.#closed && there && phase !== 'gone' && !this.#state.complete;
  }

  async #work(): Promise<void> {
    for (let tries = 0; this.#missing();) {
      const { signal } = this.#closing;
      const outcome = await this.#read(signal).catch((error: unknown) => this.#failed(error, signal));
      if (outcome === 'hopeless') return;
      tries = outcome === 'more' || signal.aborted ? 0 : tries + 1;
      if (tries > 0 && this.#missing()) await this.#rest(tries, signal);
    }
  }

  /** @throws what no call gives */
  #failed(error: unknown, signal: AbortSignal): Outcome {
    if (signal.aborted) return 'nothing';
    if (!(error instanceof ApiError || error instanceof UnreachableError)) throw error;
    this.#publish({ ...this.#state, error });
    const better = error instanceof UnreachableError || error.retryable || error.status === 401 || error.status === 404;
    return better ? 'nothing' : 'hopeless';
  }

  /** Reads one page. */
  async #read(signal: AbortSignal): Promise<Outcome> {
    const after = this.#state.events.length;
    const page = await this.#parts.api.listEvents(this.#parts.chatId, { after, limit: PAGE }, { signal });
    if (signal.aborted) return 'nothing';
    const last = page.events.at(-1);
    this.#known = Math.max(this.#known, last?.seq ?? 0, page.next === undefined ? 0 : (last?.seq ?? after) + 1);
    this.#join(page.events);
    this.#publish(this.#state);
    return this.#state.events.length > after ? 'more' : 'nothing';
  }

  async #rest(tries: number, signal: AbortSignal): Promise<void> {
    const { clock, ids } = this.#parts;
    this.#resting = new AbortController();
    const ended = AbortSignal.any([signal, this.#resting.signal]);
    await clock.sleep(backoffMs(ids, tries, RETRY), ended).catch(() => undefined);
    this.#resting = undefined;
  }
}
