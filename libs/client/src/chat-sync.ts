/**
 * Brings one chat up to date and keeps it so. Invariants:
 * 1. What arrives is folded as it comes; the fold drops what it has and shows a gap, so order and repeats do no harm.
 * 2. The cursor for the next `subscribe` is the view's: it never passes a gap that is known.
 * 3. A position that is gone, a reset or a gap that a new subscription does not fill lead to a reload by HTTP. Trouble
 *    that comes again right after it waits twice as long each time: never an endless reset loop.
 * 4. What came live is of one log. When another one has taken its place, events that the old one took with it may be
 *    shown, and others have their numbers: the view is read anew, once.
 */
import type { ChatDocument, ChatEvent, Clock, Commits, Ids, SubscribeReply } from '@colloquy/contracts';
import { parseCursor, SOCKET_EVENTS } from '@colloquy/contracts/constants';
import { applyCommits, emptyView, viewOfDocument, type ChatView } from '@colloquy/transcript';
import { ApiError } from './api-error.ts';
import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import { ClosedError, UnreachableError } from './client-error.ts';
import type { Connection } from './connection.ts';
import { openPieces } from './open-pieces.ts';

const RETRY = { firstMs: 250, maxMs: 30_000 };
/** After this long without trouble, in ms, the next trouble is a first one again. */
const CALM_MS = 10_000;
/** How long a new subscription may take to fill a gap, in ms, before the chat is reloaded. */
const FILL_MS = 500;

/** `loading`: nothing to show yet; `live`: up to date; `catching_up`: shown, but not live; `gone`: no such chat. */
export type ChatPhase = 'loading' | 'live' | 'catching_up' | 'gone';

/** What a sync is made of. */
export interface SyncParts {
  readonly chatId: string;
  readonly api: Api;
  readonly connection: Connection;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Called after each change of view or phase; `urgent` when more than pieces of text changed. */
  readonly onChange: (change: { readonly urgent: boolean }) => void;
  /** Called with events that the log shows, new or not. */
  readonly onEvents: (events: readonly ChatEvent[]) => void;
}

type Need = 'nothing' | 'subscribe' | 'reload';

/** The state machine behind a chat's handle. */
export class ChatSync {
  view: ChatView;
  phase: ChatPhase = 'loading';
  /** Why it is `gone`, or what keeps it from loading. */
  error: ApiError | UnreachableError | undefined;
  readonly #parts: SyncParts;
  readonly #closing = new AbortController();
  readonly #offs: (() => void)[];
  #need: Need = 'nothing';
  /** False until `start`: before the chat's own POST is accepted there is nothing to ask for. */
  #started = false;
  #busy = false;
  #troubles = 0;
  #liveSince: number | undefined;
  /** True from the `subscribe` that should fill a gap until the gap is filled. */
  #filling = false;
  #whole = false;
  /** The cursor that could not be served last, and the one to use after a reload. */
  #refused: { readonly asked: string | undefined; readonly instead: string } | undefined;
  /** The log lost what is shown: the next document counts, even one that is behind. */
  #rewound = false;
  /** The log that what is shown came from live; undefined when nothing has yet since the view was read. */
  #liveEpoch: string | undefined;
  #resting: AbortController | undefined;
  /** How a chat that has not loaded yet begins. */
  #first: 'subscribe' | 'reload' = 'reload';

  constructor(parts: SyncParts) {
    this.#parts = parts;
    this.view = emptyView(parts.chatId);
    this.#offs = [
      parts.connection.onMessage(({ event, payload }) => {
        if ((payload as { chatId?: unknown } | null)?.chatId !== parts.chatId) return;
        if (event === SOCKET_EVENTS.commits) this.#onCommits(payload as Commits);
        if (event === SOCKET_EVENTS.reset) this.#trouble();
      }),
      parts.connection.onChange((state) => {
        if (state === 'online') this.resubscribe();
        else if (this.phase === 'live') this.#enter('catching_up');
      }),
    ];
  }

  /** Begins: with `fresh`, a chat that was created just now, from its first event; else from its document. */
  start(fresh: boolean): void {
    this.#started = true;
    this.#want(fresh ? 'subscribe' : 'reload');
  }

  /** Goes on from where the view is: after a reconnect, and when a page comes back. */
  resubscribe(): void {
    this.#resting?.abort(new Error('awake'));
    if (this.#started && this.phase !== 'gone')
      this.#want(this.phase === 'loading' && this.view.lastSeq === 0 ? this.#first : 'subscribe');
  }

  /** Reads the whole history instead of the document's newest part. @throws ClientError, or the signal's reason */
  async loadHistory(given?: AbortSignal): Promise<void> {
    const { api, chatId } = this.#parts;
    const signal = given === undefined ? this.#closing.signal : AbortSignal.any([given, this.#closing.signal]);
    const document = await api.getChat(chatId, { signal });
    let view = emptyView(chatId);
    // What comes live meanwhile counts too: the view is never set back.
    const known = (): number => Math.max(document.lastSeq, this.view.lastSeq);
    for (let after = 0; after < known(); after = view.lastSeq) {
      const page = await api.listEvents(chatId, { after, limit: 1000 }, { signal });
      const next = applyCommits(view, { events: page.events, deltas: [] });
      if (next.lastSeq === after) break; // nothing more, or nothing that follows
      view = next;
    }
    if (view.lastSeq < known()) return;
    const written = applyCommits(view, { events: [], deltas: openPieces(this.view) });
    this.view = { ...written, cursor: document.cursor };
    this.#whole = true;
    this.#parts.onChange({ urgent: true });
    this.#want('subscribe');
  }

  /** True when the view begins at the chat's beginning because `loadHistory` read it. */
  get whole(): boolean {
    return this.#whole;
  }

  /** Watches the chat no more. */
  close(): void {
    this.#closing.abort(new ClosedError('the chat was closed'));
    for (const off of this.#offs) off();
    const { connection, chatId } = this.#parts;
    if (connection.state === 'online') {
      void connection.request(SOCKET_EVENTS.unsubscribe, { chatId }).catch(() => undefined);
    }
  }

  #want(need: 'subscribe' | 'reload'): void {
    if (this.view.lastSeq === 0 && this.phase === 'loading') this.#first = need;
    if (this.#need !== 'reload') this.#need = need;
    if (this.#busy || this.#closing.signal.aborted) return;
    this.#busy = true;
    void this.#work().finally(() => {
      this.#busy = false;
      if (this.#need !== 'nothing' && this.#ready()) this.#want(this.#need);
    });
  }

  /** A reload goes by HTTP and needs no socket. */
  #ready(): boolean {
    return !this.#closing.signal.aborted && (this.#need === 'reload' || this.#parts.connection.state === 'online');
  }

  async #work(): Promise<void> {
    while (this.#need !== 'nothing' && this.#ready()) {
      let doing = this.#need;
      this.#need = 'nothing';
      try {
        if (doing === 'reload') await this.#reload();
        doing = 'subscribe';
        if (this.phase === 'gone') return;
        if (this.#parts.connection.state === 'online') await this.#subscribe();
        else this.#again('subscribe');
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        this.#again(doing);
        await this.#failed(error, doing);
      }
    }
  }

  /** Keeps a need that was not met; one for a reload is never weakened. */
  #again(need: Need): void {
    if (this.#need !== 'reload') this.#need = need;
  }

  async #reload(): Promise<void> {
    if (this.#troubles > 1) await this.#rest();
    const { api, chatId } = this.#parts;
    try {
      this.#take(await api.getChat(chatId, { signal: this.#closing.signal }));
    } catch (error) {
      if (!(error instanceof ApiError) || error.retryable || error.status === 401) throw error; // may go better later
      this.error = error;
      this.#enter('gone');
    }
  }

  /** A document that is behind what is shown, by a slow projection, gives its cursor only; unless the log lost the rest. */
  #take(document: ChatDocument): void {
    this.error = undefined;
    this.#filling = false;
    const ahead = this.view.lastSeq >= document.lastSeq && !this.view.gap && !this.#rewound;
    this.#rewound = false;
    // The document's cursor lies before messages that have not ended. Has the log lost that place, the one that the
    // gateway named instead goes on: else the same cursor would be refused for ever.
    const cursor = this.#refused?.asked === document.cursor ? this.#refused.instead : document.cursor;
    this.view = { ...(ahead ? this.view : viewOfDocument(document)), cursor };
    if (!ahead) {
      this.#whole = false;
      this.#liveEpoch = undefined;
    }
    this.#parts.onEvents(document.messages);
    if (this.phase === 'loading') this.phase = 'catching_up';
    this.#parts.onChange({ urgent: true });
  }

  async #subscribe(): Promise<void> {
    const { connection, chatId } = this.#parts;
    const { cursor } = this.view;
    const filling = this.view.gap;
    const payload = { chatId, ...(cursor === undefined ? {} : { cursor }) };
    const reply = (await this.#ask(payload)) as SubscribeReply;
    if (this.#closing.signal.aborted) return;
    if (!reply.ok) {
      this.#notSubscribed(reply.error);
      return;
    }
    if (!reply.recovered) {
      this.#refused = { asked: cursor, instead: reply.cursor };
      // Never below what was asked for, unless nobody has that any more.
      this.#rewound = eventSeqOf(reply.cursor) < eventSeqOf(cursor);
      this.#trouble();
      return;
    }
    if (this.#isOfAnotherLog(reply.cursor)) {
      this.#rewound = true;
      this.#trouble();
      return;
    }
    this.#liveSince = this.#parts.clock.monotonic();
    this.error = undefined;
    this.#enter(connection.state === 'online' ? 'live' : 'catching_up');
    if (filling && this.view.gap) this.#reloadUnlessFilled();
  }

  #isOfAnotherLog(cursor: string): boolean {
    const before = this.#liveEpoch;
    this.#liveEpoch = parseCursor(cursor)?.epoch;
    return before !== undefined && before !== this.#liveEpoch;
  }

  async #ask(payload: object): Promise<unknown> {
    try {
      return await this.#parts.connection.request(SOCKET_EVENTS.subscribe, payload);
    } catch (error) {
      this.#parts.connection.restart(); // no answer: whatever holds the line, it is no good
      throw error;
    }
  }

  /** @throws when it may go better later */
  #notSubscribed(error: { readonly code: string; readonly message: string }): void {
    if (error.code === 'invalid_cursor' || error.code === 'chat_not_found') {
      this.#trouble(); // the document says more
      return;
    }
    throw new ApiError({ status: 503, code: error.code, detail: error.message });
  }

  #onCommits(commits: Commits): void {
    if (this.view.lastSeq === 0 && this.#first === 'reload') return; // left over from before: the document comes first
    const before = this.view;
    this.view = applyCommits(before, commits);
    if (commits.events.length > 0) this.#parts.onEvents(commits.events);
    if (this.view !== before) this.#parts.onChange({ urgent: commits.events.length > 0 });
    if (!this.view.gap) this.#filling = false;
    else if (!this.#filling) {
      this.#filling = true;
      this.#want('subscribe');
    }
  }

  #reloadUnlessFilled(): void {
    this.#parts.clock.setTimeout(() => {
      if (!this.#closing.signal.aborted && this.view.gap) this.#trouble();
    }, FILL_MS);
  }

  #countTrouble(): void {
    const { clock } = this.#parts;
    const calm = this.#liveSince !== undefined && clock.monotonic() - this.#liveSince > CALM_MS;
    this.#troubles = calm ? 1 : this.#troubles + 1;
    this.#liveSince = undefined;
  }

  #trouble(): void {
    this.#countTrouble();
    if (this.phase === 'live') this.#enter('catching_up');
    this.#want('reload');
  }

  async #failed(error: unknown, doing: Need): Promise<void> {
    if (error instanceof ApiError || error instanceof UnreachableError) {
      this.error = error;
      // A subscription that fails has ended the one before it.
      if (this.phase === 'live') this.phase = 'catching_up';
      this.#parts.onChange({ urgent: true });
    } else if (doing === 'subscribe' && this.#parts.connection.state !== 'online') {
      return; // the line is gone: the next one begins anew
    }
    this.#countTrouble();
    await this.#rest();
  }

  /** Waits before the next try; less when the connection or the page comes back meanwhile. */
  async #rest(): Promise<void> {
    const { clock, ids } = this.#parts;
    this.#resting = new AbortController();
    const signal = AbortSignal.any([this.#resting.signal, this.#closing.signal]);
    await clock.sleep(backoffMs(ids, this.#troubles, RETRY), signal).catch(() => undefined);
    this.#resting = undefined;
  }

  #enter(phase: ChatPhase): void {
    if (this.phase === phase) return;
    this.phase = phase;
    this.#parts.onChange({ urgent: true });
  }
}

/** The event that a cursor lies after; 0 when there is no cursor, or none that can be read. */
function eventSeqOf(cursor: string | undefined): number {
  return (cursor === undefined ? undefined : parseCursor(cursor))?.eventSeq ?? 0;
}
