/**
 * The one writer of a chat in this process.
 *
 * Invariants (the tests name them):
 *  A1 At most one commit is in flight; what is appended meanwhile joins the next one, in order.
 *  A2 A batch is never split over commits, and no commit exceeds MAX_COMMIT_BYTES.
 *  A3 Every commit carries the expected last sequence of its subject, so it is stored only on top of what this writer
 *     has written or folded.
 *  A4 A `Nats-Msg-Id` names one sequence of bytes for ever: new for every commit, reused only to send the same again.
 *     So "its id is mine" means "my commit is stored", whoever answers.
 *  A5 No answer is no verdict: the same bytes are sent again until they are acknowledged, the writer is fenced or
 *     abandoned.
 *  A6 A contested append is judged by the leader's newest message of the subject alone: mine, stored; exactly my newest
 *     durable commit (the deltas after it have expired), adopted and sent again; exactly where I believe the end to be,
 *     sent again; anything else, fenced.
 *  A7 `seq` and `at` are given when a commit is built, so a refused batch leaves no hole.
 *  A8 Once fenced nothing is sent any more.
 *  A9 An ack counts from the moment at which its commit was sent: one that a frozen process reads when it thaws is old.
 *     The answer `duplicate` counts from the first sending: a cluster gives it without looking at the fence.
 */
import { chatSubject, type ChatEvent, type Clock, STREAMS } from '@colloquy/contracts';
import { AbandonedError, BrokerRefusedError, BrokerUnavailableError } from './broker-errors.ts';
import type { BrokerLink, PublishOutcome, StoredMessage } from './broker-link.ts';
import { type BuiltCommit, CommitQueue } from './commit-queue.ts';
import { sortRefusal } from './error-codes.ts';
import { HEADERS, traceHeader } from './message-headers.ts';
import { type AppendBatch, type Appended, type ChatAppender, FencedError, type LogPosition } from './ports.ts';

/** A commit that this connection has put on the log. */
export interface StoredHere {
  readonly events: readonly ChatEvent[];
  /** Of its JSON. */
  readonly bytes: number;
  /** From its first sending until the broker had said that it is on disk, in ms. */
  readonly ms: number;
  /** How often it was sent again because no answer came. */
  readonly resent: number;
}

/** What every appender of a connection shares. */
export interface AppenderContext {
  readonly link: BrokerLink;
  readonly clock: Clock;
  /** A fresh `<boot id>.<counter>`. */
  readonly nextMsgId: () => string;
  /** After so many seconds a commit that holds deltas only leaves the log. */
  readonly deltaTtlSeconds: number;
  /** Told of every commit that is on disk. Must not throw. */
  readonly onStored: (stored: StoredHere) => void;
}

interface Flight {
  readonly commit: BuiltCommit;
  readonly msgId: string;
  /** Monotonic time of its first sending. */
  readonly begunAt: number;
  resent: number;
  /** Monotonic time of a sending that proves, once acknowledged, that this writer owned the chat then. */
  sentAt: number;
}

const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 1000;

/** Opens the writer of a chat at the position that the caller has folded up to. */
export function openAppender(context: AppenderContext, chatId: string, position: LogPosition): ChatAppender {
  return new SerialAppender(context, chatId, position);
}

class SerialAppender implements ChatAppender {
  private readonly context: AppenderContext;
  private readonly subject: string;
  private readonly queue: CommitQueue;
  private readonly fence = new AbortController();
  private readonly stop = new AbortController();
  private at: LogPosition;
  private ackedAt: number;
  private acks = 0;
  private flight: Flight | undefined;
  private ended: Error | undefined;
  private running: Promise<void> | undefined;

  constructor(context: AppenderContext, chatId: string, position: LogPosition) {
    this.context = context;
    this.subject = chatSubject(chatId);
    this.queue = new CommitQueue(chatId);
    this.at = position;
    this.ackedAt = context.clock.monotonic();
  }

  get fenced(): AbortSignal {
    return this.fence.signal;
  }

  async append(batch: AppendBatch): Promise<Appended> {
    if (this.ended !== undefined) throw this.ended;
    const appended = this.queue.add(batch);
    this.running ??= this.run();
    return appended;
  }

  position(): LogPosition {
    return this.at;
  }

  lastAckAt(): number {
    return this.ackedAt;
  }

  async settled(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  abandon(): void {
    this.end(new AbandonedError(`the writer of ${this.subject} was abandoned`));
  }

  async verify(): Promise<void> {
    if (this.ended !== undefined) throw this.ended;
    for (;;) {
      const acks = this.acks;
      const askedAt = this.context.clock.monotonic();
      const last = await this.lastFromLeader();
      if (last === 'ended') throw this.ended ?? new AbandonedError(this.subject);
      if (this.isEnd(last) || this.isInFlight(last)) {
        this.ackedAt = Math.max(this.ackedAt, askedAt);
        return;
      }
      // An ack that came meanwhile is no proof by itself, it may be old; but the end has moved, so ask once more.
      if (this.acks === acks) throw this.fenceOff(last);
    }
  }

  private async run(): Promise<void> {
    while (!this.queue.empty && this.ended === undefined) await this.commitNext();
    this.running = undefined;
  }

  private async commitNext(): Promise<void> {
    const commit = this.queue.build({ lastSeq: this.at.lastSeq, now: this.context.clock.now() });
    const now = this.context.clock.monotonic();
    this.flight = { commit, msgId: this.context.nextMsgId(), begunAt: now, resent: 0, sentAt: now };
    try {
      const streamSeq = await this.store(this.flight);
      if (streamSeq === undefined) return;
      this.acknowledged(this.flight, streamSeq);
    } catch (error) {
      commit.failed(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.flight = undefined;
    }
  }

  private acknowledged({ commit, sentAt, begunAt, resent }: Flight, streamSeq: number): void {
    const durableStreamSeq = commit.durable ? streamSeq : this.at.durableStreamSeq;
    this.at = { streamSeq, durableStreamSeq, lastSeq: commit.lastSeq };
    this.ackedAt = sentAt;
    this.acks += 1;
    commit.stored(streamSeq);
    const { events, data } = commit;
    const ms = this.context.clock.monotonic() - begunAt;
    this.context.onStored({ events, bytes: Buffer.byteLength(data), ms, resent });
  }

  /** The sequence under which the commit is stored; undefined when the writer has ended before that was known. */
  private async store(flight: Flight): Promise<number | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      const sentAt = this.context.clock.monotonic();
      const outcome = await this.send(flight);
      if (this.ended !== undefined) return undefined;
      const streamSeq = outcome.kind === 'stored' ? outcome.seq : await this.judge(flight, outcome);
      if (streamSeq !== 'again') {
        if (outcome.kind !== 'stored' || !outcome.duplicate) flight.sentAt = sentAt;
        return streamSeq;
      }
      await this.wait(attempt);
      if (this.isOver()) return undefined;
      flight.resent += 1;
    }
  }

  private send({ commit, msgId }: Flight): Promise<PublishOutcome> {
    return this.context.link.publishStored({
      subject: this.subject,
      data: commit.data,
      headers: {
        [HEADERS.msgId]: msgId,
        [HEADERS.expectedLastSubjectSequence]: String(this.at.streamSeq),
        ...(commit.durable ? {} : { [HEADERS.ttl]: `${String(this.context.deltaTtlSeconds)}s` }),
        ...traceHeader(commit.traceparent),
      },
    });
  }

  private async judge(
    flight: Flight,
    outcome: Exclude<PublishOutcome, { kind: 'stored' }>,
  ): Promise<number | 'again' | undefined> {
    if (outcome.kind === 'unknown') return 'again';
    const refusal = sortRefusal(outcome.code);
    if (refusal === 'hopeless') throw new BrokerRefusedError(outcome.code, outcome.message);
    if (refusal === 'transient') return 'again';
    const last = await this.lastFromLeader();
    if (last === 'ended') return undefined;
    if (last?.headers[HEADERS.msgId] === flight.msgId) return last.seq;
    if (!this.isEnd(last)) {
      this.fenceOff(last);
      return undefined;
    }
    this.at = { ...this.at, streamSeq: last?.seq ?? 0 };
    return 'again';
  }

  /** True when the log ends with what this writer has written or folded, perhaps without deltas that expired. */
  private isEnd(last: StoredMessage | undefined): boolean {
    const seq = last?.seq ?? 0;
    return seq === this.at.durableStreamSeq || seq === this.at.streamSeq;
  }

  private isInFlight(last: StoredMessage | undefined): boolean {
    return this.flight !== undefined && last?.headers[HEADERS.msgId] === this.flight.msgId;
  }

  private async lastFromLeader(): Promise<StoredMessage | undefined | 'ended'> {
    for (let attempt = 0; !this.isOver(); attempt += 1) {
      try {
        const last = await this.context.link.lastOf(STREAMS.chats, this.subject);
        return this.isOver() ? 'ended' : last;
      } catch (error) {
        if (!(error instanceof BrokerUnavailableError)) throw error;
        await this.wait(attempt);
      }
    }
    return 'ended';
  }

  private isOver(): boolean {
    return this.ended !== undefined;
  }

  private async wait(attempt: number): Promise<void> {
    const ms = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempt, 10), LONGEST_WAIT_MS);
    try {
      await this.context.clock.sleep(ms, this.stop.signal);
    } catch (error) {
      if (!this.stop.signal.aborted) throw error;
    }
  }

  private fenceOff(last: StoredMessage | undefined): FencedError {
    const error = new FencedError(
      `somebody else wrote to ${this.subject}: it ends at ${String(last?.seq ?? 0)}, not at ${String(this.at.streamSeq)}`,
    );
    this.end(error);
    this.fence.abort(error);
    return error;
  }

  private end(error: Error): void {
    if (this.ended !== undefined) return;
    this.ended = error;
    this.stop.abort(error);
    this.flight?.commit.failed(error);
    this.queue.clear(error);
  }
}
