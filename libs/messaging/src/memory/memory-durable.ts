import type { Clock, TimerHandle } from '@colloquy/contracts';
import type { DurablePlan, StoredMessage } from '../broker-link.ts';
import type { MemoryStream } from './memory-stream.ts';

/** A pull as the server sees it. */
export interface ServerPull {
  /** How many more messages it takes. */
  left: number;
  deliver(message: StoredMessage, deliveryCount: number): void;
  /** It has got all it asked for. */
  done(): void;
}

interface Unacked {
  count: number;
  /** Then it is delivered again: end of ack_wait, or of a nak's delay. */
  dueAt: number;
}

/**
 * A durable: explicit acks, redelivery after ack_wait or nak, redeliveries before new messages, delivered for ever. As in
 * JetStream a message is known by its stream sequence, so whoever got an earlier delivery of it can still extend it.
 */
export class MemoryDurable {
  readonly plan: DurablePlan;
  private readonly clock: Clock;
  private readonly stream: MemoryStream;
  private readonly unacked = new Map<number, Unacked>();
  private waiting: ServerPull[] = [];
  private cursor = 0;
  private timer: TimerHandle | undefined;

  constructor(clock: Clock, stream: MemoryStream, plan: DurablePlan) {
    this.clock = clock;
    this.stream = stream;
    this.plan = plan;
  }

  add(pull: ServerPull): void {
    this.waiting.push(pull);
    this.dispatch();
  }

  drop(pull: ServerPull): void {
    this.waiting = this.waiting.filter((one) => one !== pull);
  }

  ack(seq: number): void {
    if (!this.unacked.delete(seq)) return;
    if (this.stream.plan.workQueue) this.stream.remove(seq);
    this.dispatch();
  }

  nak(seq: number, delayMs = 0): void {
    const entry = this.unacked.get(seq);
    if (entry === undefined) return;
    entry.dueAt = this.clock.monotonic() + delayMs;
    this.dispatch();
  }

  working(seq: number): void {
    const entry = this.unacked.get(seq);
    if (entry === undefined || entry.dueAt <= this.clock.monotonic()) return;
    entry.dueAt = this.clock.monotonic() + this.plan.ackWaitMs;
  }

  /** Its stream was lost: nobody holds anything any more. */
  lose(): void {
    this.unacked.clear();
  }

  lag(): number {
    let pending = this.unacked.size;
    for (const _ of this.stream.from(this.plan.filter, this.cursor + 1)) pending += 1;
    return pending;
  }

  ackFloor(): number {
    return Math.min(this.cursor, ...[...this.unacked.keys()].map((seq) => seq - 1));
  }

  /** Gives what is due to who waits. */
  dispatch(): void {
    for (let pull = this.waiting[0]; pull !== undefined; pull = this.waiting[0]) {
      const message = this.nextDue() ?? this.nextNew();
      if (message === undefined) break;
      const count = (this.unacked.get(message.seq)?.count ?? 0) + 1;
      this.unacked.set(message.seq, { count, dueAt: this.clock.monotonic() + this.plan.ackWaitMs });
      pull.left -= 1;
      // As in JetStream they take turns.
      this.waiting.shift();
      if (pull.left > 0) this.waiting.push(pull);
      pull.deliver(message, count);
      if (pull.left === 0) pull.done();
    }
    this.arm();
  }

  private nextDue(): StoredMessage | undefined {
    const now = this.clock.monotonic();
    let first = Infinity;
    for (const [seq, { dueAt }] of this.unacked) {
      if (dueAt > now || seq >= first) continue;
      if (this.stream.at(seq) === undefined) this.unacked.delete(seq);
      else first = seq;
    }
    return this.stream.at(first);
  }

  private nextNew(): StoredMessage | undefined {
    const { maxAckPending } = this.plan;
    if (maxAckPending > 0 && this.unacked.size >= maxAckPending) return undefined;
    const [message] = this.stream.from(this.plan.filter, this.cursor + 1);
    if (message !== undefined) this.cursor = message.seq;
    return message;
  }

  private arm(): void {
    if (this.timer !== undefined) this.clock.clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length === 0 || this.unacked.size === 0) return;
    let next = Infinity;
    for (const { dueAt } of this.unacked.values()) next = Math.min(next, dueAt);
    this.timer = this.clock.setTimeout(
      () => {
        this.timer = undefined;
        this.dispatch();
      },
      Math.max(0, next - this.clock.monotonic()),
    );
  }
}
