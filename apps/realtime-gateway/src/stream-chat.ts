/**
 * One chat as this gateway streams it: one live subscription, shared by all who watch.
 *
 * Invariants (tests name them):
 * S1  Subscribe, flush, buffer, then read the log, then join, in that order: nothing falls between.
 * S2  A live commit is passed on only when its `lastStreamSeq` proves that none before it was missed; else the log is
 *     read from there.
 * S3  Who has joined has everything up to `sent`; who joins is brought there first, in the same tick.
 * S4  What is sent twice does no harm (folds drop it); what is left out does.
 * S5  Nothing that a commit holds can end the process: what cannot be sent is logged.
 */
import { formatCursor, publicEvent, type Commits, type TimerHandle } from '@colloquy/contracts';
import type { LiveCommit, StoredCommit, Subscription } from '@colloquy/messaging';
import { CommitRing, type Place, type PlacedCommit } from './commit-ring.ts';
import { inPieces, weightOf } from './commit-weight.ts';
import type { Broadcast, StreamParts, Viewer } from './ports.ts';
import { PushSpans } from './push-spans.ts';

/** Commits of a busy chat are joined for this long, in ms; the first of a quiet one goes at once. */
const COALESCE_MS = 15;
/** What one message to a client holds at most: commits, and about how many characters of them. */
const PIECE = { count: 256, weight: 256 * 1024, weightOf: ({ stored }: PlacedCommit) => weightOf(stored.commit) };
/** Live commits that wait for a read; more are dropped, and found missing by the next one's `lastStreamSeq`. */
const MOST_BUFFERED = 512;
const RETRY_MS = { step: 250, most: 5000 };

/** One chat as this gateway streams it. */
export class ChatStream {
  readonly chatId: string;
  readonly epoch: string;
  readonly #viewers = new Set<Viewer>();
  readonly #parts: StreamParts;
  readonly #broadcast: Broadcast;
  readonly #closing = new AbortController();
  readonly #spans: PushSpans;
  #subscription: Subscription | undefined;
  #tail: Place | undefined;
  #sent: Place | undefined;
  #ring: CommitRing | undefined;
  #buffered: LiveCommit[] = [];
  #catchingUp: Promise<void> | undefined;
  #pending: PlacedCommit[] = [];
  #timer: TimerHandle | undefined;
  #lastSentAt = Number.NEGATIVE_INFINITY;

  constructor(parts: StreamParts, of: { chatId: string; epoch: string; broadcast: Broadcast }) {
    this.#parts = parts;
    this.#spans = new PushSpans(parts.tracer);
    this.chatId = of.chatId;
    this.epoch = of.epoch;
    this.#broadcast = of.broadcast;
  }

  /** The newest place that was taken from the log; undefined until somebody has joined. */
  get tail(): Place | undefined {
    return this.#tail;
  }

  /** The place that those who have joined are at; undefined until somebody has joined. */
  get sent(): Place | undefined {
    return this.#sent;
  }

  /** True once it neither listens nor sends. */
  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Cursor text of a place. */
  cursorOf(place: Place): string {
    return formatCursor({ epoch: this.epoch, ...place });
  }

  /** Begins to listen; resolves when the server has the subscription. */
  async open(): Promise<void> {
    this.#subscription = await this.#parts.live.subscribeChat(this.chatId, (commit) => this.#onLive(commit));
  }

  /** Stops to listen and to send. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    if (this.#timer) this.#parts.clock.clearTimeout(this.#timer);
    for (const viewer of [...this.#viewers]) this.leave(viewer);
    await this.#subscription?.close();
  }

  /** Tells all who have joined to reload, and stops: the stream that the places are of is gone. */
  async retire(): Promise<void> {
    for (const viewer of this.#viewers) viewer.reset(this.chatId, undefined);
    await this.close();
  }

  /** What of the newest commits lies after `place`; undefined when memory does not reach back so far. */
  recent(place: Place): readonly PlacedCommit[] | undefined {
    return this.#ring?.after(place);
  }

  /**
   * Lets a viewer join that has everything up to `place`; brings it up to date first. False when the stream is further
   * than can be made up for from memory: read the log again.
   */
  join(viewer: Viewer, place: Place): boolean {
    const tail = this.#begin(place);
    this.#flush();
    if (place.streamSeq < tail.streamSeq) {
      const rest = this.recent(place);
      if (!rest) return false;
      for (const batch of this.batches(rest)) viewer.send(batch);
    }
    this.#viewers.add(viewer);
    viewer.join(this.chatId);
    this.#drainBuffered();
    return true;
  }

  /** The viewer watches no more. */
  leave(viewer: Viewer): void {
    if (this.#viewers.delete(viewer)) viewer.leave(this.chatId);
  }

  /** Reads from the log what is after the tail, if the log is further: after a reconnect, or when a check says so. */
  async catchUp(lastStreamSeq: number): Promise<void> {
    if (!this.#tail || lastStreamSeq <= this.#tail.streamSeq) return;
    this.#parts.meters.gap();
    await this.#readOn();
  }

  /** Commits as they go over the wire, in messages of bearable size: public fields only, cursor of the last one. */
  *batches(commits: readonly PlacedCommit[]): Generator<Commits, void, undefined> {
    for (const piece of inPieces(commits, PIECE)) yield this.#batch(piece);
  }

  #batch(commits: readonly PlacedCommit[]): Commits {
    const last = commits.at(-1)?.place ?? { streamSeq: 0, eventSeq: 0 };
    return {
      chatId: this.chatId,
      cursor: this.cursorOf(last),
      events: commits.flatMap(({ stored }) => stored.commit.events.map(publicEvent)),
      deltas: commits.flatMap(({ stored }) => stored.commit.deltas ?? []),
    };
  }

  /** The tail; the first who joins says where it is. */
  #begin(place: Place): Place {
    if (this.#tail) return this.#tail;
    this.#ring = new CommitRing(place);
    this.#sent = place;
    this.#tail = place;
    return place;
  }

  #onLive(commit: LiveCommit): void {
    if (this.#closing.signal.aborted) return;
    if (!this.#tail || this.#catchingUp) {
      this.#buffer(commit);
      return;
    }
    if (commit.streamSeq <= this.#tail.streamSeq) return;
    if (commit.lastStreamSeq <= this.#tail.streamSeq) {
      this.#take(commit);
      return;
    }
    this.#parts.meters.gap();
    this.#buffer(commit);
    void this.#readOn();
  }

  #buffer(commit: LiveCommit): void {
    this.#buffered.push(commit);
    if (this.#buffered.length > MOST_BUFFERED) this.#buffered.shift();
  }

  #drainBuffered(): void {
    const waiting = this.#buffered;
    this.#buffered = [];
    for (const commit of waiting) this.#onLive(commit);
  }

  /** One read at a time; what comes live meanwhile waits in the buffer. Never rejects: a failed read is tried again. */
  #readOn(): Promise<void> {
    this.#catchingUp ??= this.#readToEnd().then(() => {
      this.#catchingUp = undefined;
      this.#drainBuffered();
    });
    return this.#catchingUp;
  }

  async #readToEnd(): Promise<void> {
    const { signal } = this.#closing;
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        const after = this.#tail?.streamSeq ?? 0;
        for await (const stored of this.#parts.log.read(this.chatId, { after, signal })) {
          if (signal.aborted) return;
          this.#take(stored);
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#parts.logger.warn({ chatId: this.chatId, err: error }, 'the log could not be read; trying again');
        await this.#parts.clock.sleep(Math.min(RETRY_MS.step * tries, RETRY_MS.most), signal).catch(() => undefined);
      }
    }
  }

  #take(stored: StoredCommit): void {
    if (this.#tail && stored.streamSeq <= this.#tail.streamSeq) return;
    const eventSeq = Math.max(this.#tail?.eventSeq ?? 0, stored.commit.events.at(-1)?.seq ?? 0);
    const placed = { stored, place: { streamSeq: stored.streamSeq, eventSeq } };
    this.#tail = placed.place;
    this.#ring?.push(placed);
    this.#pending.push(placed);
    this.#spans.begin(stored);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer) return;
    const quiet = this.#parts.clock.monotonic() - this.#lastSentAt >= COALESCE_MS;
    if (quiet && !this.#catchingUp) this.#flush();
    else this.#timer = this.#parts.clock.setTimeout(() => this.#flush(), COALESCE_MS);
  }

  #flush(): void {
    if (this.#timer) this.#parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    const commits = this.#pending;
    const last = commits.at(-1);
    if (!last) return;
    this.#pending = [];
    this.#sent = last.place;
    this.#lastSentAt = this.#parts.clock.monotonic();
    if (this.#viewers.size > 0) this.#trySend(commits);
    this.#spans.end(this.#viewers);
  }

  #trySend(commits: readonly PlacedCommit[]): void {
    try {
      this.#send(commits);
    } catch (error) {
      this.#parts.logger.warn({ chatId: this.chatId, err: error }, 'commits could not be sent');
    }
  }

  #measure({ commit }: StoredCommit): void {
    const at = commit.events.at(-1)?.at;
    this.#parts.meters.sent(at === undefined ? undefined : this.#parts.clock.now() - Date.parse(at));
  }

  #send(commits: readonly PlacedCommit[]): void {
    for (const batch of this.batches(commits)) this.#broadcast(batch);
    for (const { stored } of commits) this.#measure(stored);
    const deleted = commits.findLast(({ stored }) => stored.commit.events.some(({ type }) => type === 'chat_deleted'));
    if (!deleted) return;
    for (const viewer of this.#viewers) viewer.reset(this.chatId, this.cursorOf(deleted.place));
  }
}
