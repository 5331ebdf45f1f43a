/**
 * One chat as this gateway streams it: one live subscription, shared by all who watch.
 *
 * Invariants (tests name them):
 * S1  Subscribe, flush, buffer, then read the log, then join, in that order: nothing falls between.
 * S2  A live commit is passed on only when its `lastStreamSeq` proves that none before it was missed; else the log is
 *     read from there.
 * S3  Who has joined has everything up to `tail`; who joins is brought there first, in the same tick.
 * S4  What is sent twice does no harm (folds drop it); what is left out does.
 */
import { formatCursor, publicEvent, type Commits, type TimerHandle } from '@colloquy/contracts';
import type { LiveCommit, StoredCommit, Subscription } from '@colloquy/messaging';
import type { Broadcast, StreamParts, Viewer } from './ports.ts';
import type { Place, PlacedCommit } from './read-after.ts';

/** Commits of a busy chat are joined for this long, in ms; the first of a quiet one goes at once. */
const COALESCE_MS = 15;
/** How many of the newest commits are kept, so that most reconnects need no read. */
const RING = 256;

/** One chat as this gateway streams it. */
export class ChatStream {
  readonly chatId: string;
  readonly viewers = new Set<Viewer>();
  readonly #parts: StreamParts;
  readonly #broadcast: Broadcast;
  readonly #epoch: string;
  #subscription: Subscription | undefined;
  #tail: Place | undefined;
  /** The newest commits, without a hole; the place before the first of them. */
  #ring: PlacedCommit[] = [];
  #ringStart: Place = { streamSeq: 0, eventSeq: 0 };
  #buffered: LiveCommit[] = [];
  #catchingUp: Promise<void> | undefined;
  #pending: PlacedCommit[] = [];
  #timer: TimerHandle | undefined;
  #lastSentAt = Number.NEGATIVE_INFINITY;

  constructor(parts: StreamParts, of: { chatId: string; epoch: string; broadcast: Broadcast }) {
    this.#parts = parts;
    this.chatId = of.chatId;
    this.#epoch = of.epoch;
    this.#broadcast = of.broadcast;
  }

  /** The newest place that those who joined have; undefined until the first read. */
  get tail(): Place | undefined {
    return this.#tail;
  }

  /** Cursor text of a place. */
  cursorOf(place: Place): string {
    return formatCursor({ epoch: this.#epoch, ...place });
  }

  /** Begins to listen; resolves when the server has the subscription. */
  async open(): Promise<void> {
    this.#subscription = await this.#parts.live.subscribeChat(this.chatId, (commit) => this.#onLive(commit));
  }

  /** Stops to listen. */
  async close(): Promise<void> {
    if (this.#timer) this.#parts.clock.clearTimeout(this.#timer);
    await this.#subscription?.close();
  }

  /** What of the newest commits lies after `place`; undefined when the ring does not reach back so far. */
  recent(place: Place): readonly PlacedCommit[] | undefined {
    if (!this.#tail || place.streamSeq < this.#ringStart.streamSeq) return undefined;
    return this.#ring.filter((commit) => commit.place.streamSeq > place.streamSeq);
  }

  /**
   * Lets a viewer join that has everything up to `place`; brings it up to the tail first. False when the stream is
   * further than can be made up for from memory: read the log again.
   */
  join(viewer: Viewer, place: Place): boolean {
    this.#tail ??= this.#begin(place);
    this.#flush();
    if (place.streamSeq < this.#tail.streamSeq) {
      const rest = this.recent(place);
      if (!rest) return false;
      if (rest.length > 0) viewer.send(this.batch(rest));
    }
    this.viewers.add(viewer);
    viewer.join(this.chatId);
    this.#drainBuffered();
    return true;
  }

  /** The viewer watches no more. */
  leave(viewer: Viewer): void {
    this.viewers.delete(viewer);
    viewer.leave(this.chatId);
  }

  /** Reads from the log what is after the tail, if the log is further: after a reconnect, or when a check says so. */
  async catchUp(lastStreamSeq: number): Promise<void> {
    if (!this.#tail || lastStreamSeq <= this.#tail.streamSeq) return;
    this.#parts.meters.gap();
    await this.#readOn();
  }

  /** Commits as they go over the wire: public fields only, cursor of the last one. */
  batch(commits: readonly PlacedCommit[]): Commits {
    const last = commits.at(-1)?.place ?? { streamSeq: 0, eventSeq: 0 };
    return {
      chatId: this.chatId,
      cursor: this.cursorOf(last),
      events: commits.flatMap(({ stored }) => stored.commit.events.map(publicEvent)),
      deltas: commits.flatMap(({ stored }) => stored.commit.deltas ?? []),
    };
  }

  #begin(place: Place): Place {
    this.#ringStart = place;
    return place;
  }

  #onLive(commit: LiveCommit): void {
    if (!this.#tail || this.#catchingUp) {
      this.#buffered.push(commit);
      return;
    }
    if (commit.streamSeq <= this.#tail.streamSeq) return;
    if (commit.lastStreamSeq <= this.#tail.streamSeq) {
      this.#take(commit);
      return;
    }
    this.#parts.meters.gap();
    this.#buffered.push(commit);
    void this.#readOn();
  }

  #drainBuffered(): void {
    const waiting = this.#buffered;
    this.#buffered = [];
    for (const commit of waiting) this.#onLive(commit);
  }

  /** One read at a time; what comes live meanwhile waits in the buffer. A failed read is tried again. */
  #readOn(): Promise<void> {
    this.#catchingUp ??= this.#readToEnd().finally(() => {
      this.#catchingUp = undefined;
      this.#drainBuffered();
    });
    return this.#catchingUp;
  }

  async #readToEnd(): Promise<void> {
    for (let tries = 1; this.#subscription !== undefined; tries++) {
      try {
        const after = this.#tail?.streamSeq ?? 0;
        for await (const stored of this.#parts.log.read(this.chatId, { after })) this.#take(stored);
        return;
      } catch (error) {
        this.#parts.logger.warn({ chatId: this.chatId, err: error }, 'the log could not be read; trying again');
        await this.#parts.clock.sleep(Math.min(250 * tries, 5000));
      }
    }
  }

  #take(stored: StoredCommit): void {
    const eventSeq = Math.max(this.#tail?.eventSeq ?? 0, stored.commit.events.at(-1)?.seq ?? 0);
    const placed = { stored, place: { streamSeq: stored.streamSeq, eventSeq } };
    this.#tail = placed.place;
    this.#ring.push(placed);
    if (this.#ring.length > RING * 2) this.#trim();
    this.#pending.push(placed);
    this.#schedule();
  }

  #trim(): void {
    const dropped = this.#ring.splice(0, this.#ring.length - RING);
    this.#ringStart = dropped.at(-1)?.place ?? this.#ringStart;
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
    if (this.#pending.length === 0) return;
    const commits = this.#pending;
    this.#pending = [];
    this.#lastSentAt = this.#parts.clock.monotonic();
    if (this.viewers.size > 0) this.#broadcast(this.batch(commits));
  }
}
