import { type ChatEvent, type Delta, MAX_COMMIT_BYTES, WIRE_VERSION } from '@colloquy/contracts';
import { batchBytes, envelopeBytes } from './commit-size.ts';
import type { AppendBatch, Appended } from './ports.ts';

interface Waiter {
  readonly batch: AppendBatch;
  readonly bytes: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
}

/** A commit that is ready to be sent: its bytes never change again. */
export interface BuiltCommit {
  readonly data: string;
  /** With their places. */
  readonly events: readonly ChatEvent[];
  /** True when it holds events, so that it never expires. */
  readonly durable: boolean;
  /** `seq` of its last event, or of the last one before it. */
  readonly lastSeq: number;
  readonly traceparent: string | undefined;
  /** Tells everyone whose batch is in it. */
  stored(streamSeq: number): void;
  failed(error: Error): void;
}

/** Where and when a commit begins. */
export interface CommitStart {
  /** `seq` of the chat's newest event before it. */
  readonly lastSeq: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Batches that wait for the next commit of a chat: joined in order, none of them ever split. */
export class CommitQueue {
  private readonly chatId: string;
  private readonly envelope: number;
  private waiting: Waiter[] = [];

  constructor(chatId: string) {
    this.chatId = chatId;
    this.envelope = envelopeBytes(chatId);
  }

  get empty(): boolean {
    return this.waiting.length === 0;
  }

  /** @throws RangeError when the batch is empty or would not fit into a commit of its own */
  add(batch: AppendBatch): Promise<Appended> {
    if ((batch.events?.length ?? 0) + (batch.deltas?.length ?? 0) === 0) throw new RangeError('nothing to append');
    const bytes = batchBytes(batch);
    if (this.envelope + bytes > MAX_COMMIT_BYTES) {
      throw new RangeError(
        `a batch of up to ${String(bytes)} bytes exceeds the largest commit (${String(MAX_COMMIT_BYTES)} bytes): cut it first`,
      );
    }
    return new Promise((resolve, reject) => this.waiting.push({ batch, bytes, resolve, reject }));
  }

  /** Takes as many batches as fit into one commit. Call it only when the queue is not empty. */
  build({ lastSeq, now }: CommitStart): BuiltCommit {
    const taken = this.take();
    const at = new Date(now).toISOString();
    let seq = lastSeq;
    const placed = taken.map(({ batch }) => (batch.events ?? []).map((event) => ({ ...event, seq: (seq += 1), at })));
    const events = placed.flat();
    const deltas: Delta[] = taken.flatMap(({ batch }) => batch.deltas ?? []);
    const traceparent = taken.find(({ batch }) => batch.traceparent !== undefined)?.batch.traceparent;
    const trace = traceparent === undefined ? {} : { traceparent };
    return {
      data: JSON.stringify({ v: WIRE_VERSION, chatId: this.chatId, events, ...(deltas.length > 0 ? { deltas } : {}) }),
      events,
      durable: events.length > 0,
      lastSeq: seq,
      traceparent,
      stored: (streamSeq) =>
        taken.forEach(({ resolve }, i) => resolve({ events: placed[i] ?? [], streamSeq, ...trace })),
      failed: (error) => taken.forEach(({ reject }) => reject(error)),
    };
  }

  /** Rejects everything that waits. */
  clear(error: Error): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const { reject } of waiting) reject(error);
  }

  private take(): Waiter[] {
    let bytes = this.envelope;
    let count = 0;
    for (const waiter of this.waiting) {
      bytes += waiter.bytes;
      if (count > 0 && bytes > MAX_COMMIT_BYTES) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }
}
