import type { Clock, TimerHandle } from '@colloquy/contracts';
import type { PulledMessage, PullEnd, PullRequest, StoredMessage } from '../broker-link.ts';
import type { MemoryDurable, ServerPull } from './memory-durable.ts';

/** The server's word that a pull is over may be lost: the client ends it by itself so long after. */
const SLACK_MS = 1000;

type Timers = Pick<Clock, 'setTimeout' | 'clearTimeout'>;

/** A pull as the client sees it: it ends once, and gives nothing afterwards. */
export class MemoryPull {
  private readonly clock: Timers;
  private readonly request: PullRequest;
  private readonly onOver: () => void;
  private readonly timer: TimerHandle;
  private over = false;

  constructor(clock: Timers, request: PullRequest, onOver: () => void) {
    this.clock = clock;
    this.request = request;
    this.onOver = onOver;
    this.timer = clock.setTimeout(() => this.end('expired'), request.expiresMs + SLACK_MS);
  }

  receive(message: PulledMessage): void {
    if (!this.over) this.request.onMessage(message);
  }

  end(end: PullEnd): void {
    if (this.over) return;
    this.over = true;
    this.clock.clearTimeout(this.timer);
    this.onOver();
    this.request.onEnd(end);
  }
}

/** What the server sends back over the connection of a pull. */
export interface PullAnswers {
  deliver(message: StoredMessage, deliveryCount: number): void;
  end(end: PullEnd): void;
}

/** A pull as the server sees it. */
export class ServedPull implements ServerPull {
  left: number;
  private readonly durable: MemoryDurable;
  private readonly expiresMs: number;
  private readonly answers: PullAnswers;
  private over = false;

  constructor(durable: MemoryDurable, { batch, expiresMs }: PullRequest, answers: PullAnswers) {
    this.left = batch;
    this.durable = durable;
    this.expiresMs = expiresMs;
    this.answers = answers;
  }

  start(clock: Clock): void {
    clock.setTimeout(() => this.end('expired'), this.expiresMs);
    this.durable.add(this);
  }

  deliver(message: StoredMessage, deliveryCount: number): void {
    this.answers.deliver(message, deliveryCount);
  }

  done(): void {
    this.end('done');
  }

  end(end: PullEnd): void {
    if (this.over) return;
    this.drop();
    this.answers.end(end);
  }

  /** Its connection is gone: nobody is told. */
  drop(): void {
    this.over = true;
    this.durable.drop(this);
  }
}
