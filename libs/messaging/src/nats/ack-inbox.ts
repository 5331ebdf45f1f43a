/**
 * One inbox for the answers of all publishes of a connection: a map instead of a subscription, a timer and an error's
 * stack trace for each of them, which is four to five times cheaper than the client's own request.
 *
 * Invariant I1: every publish is answered exactly once: by the server, by the deadline, or by the loss of the connection.
 */
import type { Clock, TimerHandle } from '@colloquy/contracts';
import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { PublishOutcome, WireMessage } from '../broker-link.ts';
import { toWire } from './wire-headers.ts';

/** An answer that takes longer is taken for lost, unless the message has a deadline of its own. */
export const ANSWER_MS = 2000;
const SWEEP_MS = 250;
/** Some MiB take longer only when the server hardly goes on. */
const FLUSH_MS = 10_000;
const NO_RESPONDERS = 503;

interface Waiting {
  /** In monotonic ms. */
  readonly due: number;
  resolve(outcome: PublishOutcome): void;
}

const unknown = (message: string): PublishOutcome => ({ kind: 'unknown', message });

/** Publishes to streams and waits for their answers. */
export class AckInbox {
  private readonly connection: NatsConnection;
  private readonly clock: Clock;
  private readonly prefix: string;
  private readonly waiting = new Map<string, Waiting>();
  private sweeper: TimerHandle | undefined;
  private counter = 0;

  constructor(connection: NatsConnection, clock: Clock) {
    this.connection = connection;
    this.clock = clock;
    this.prefix = createInbox();
    connection.subscribe(`${this.prefix}.*`, {
      callback: (error, message) => {
        if (error === null) this.answered(message);
      },
    });
  }

  publish({ subject, data, headers }: WireMessage, answerMs = ANSWER_MS): Promise<PublishOutcome> {
    this.counter += 1;
    const reply = `${this.prefix}.${this.counter.toString(36)}`;
    const wire = toWire(headers);
    return new Promise((resolve) => {
      try {
        this.connection.publish(subject, data, wire === undefined ? { reply } : { reply, headers: wire });
      } catch (error) {
        resolve(unknown(String(error)));
        return;
      }
      this.waiting.set(reply, { due: this.clock.monotonic() + answerMs, resolve });
      this.sweeper ??= this.clock.setTimeout(() => this.sweep(), SWEEP_MS);
    });
  }

  /** Sends without asking for an answer. What it gives back says that it could not even be sent. */
  send({ subject, data, headers }: WireMessage): PublishOutcome | undefined {
    const wire = toWire(headers);
    try {
      this.connection.publish(subject, data, wire === undefined ? {} : { headers: wire });
      return undefined;
    } catch (error) {
      return unknown(String(error));
    }
  }

  /** Waits until the server has what was sent. What it gives back says that this is not so. */
  async flush(): Promise<PublishOutcome | undefined> {
    const over = new AbortController();
    const late = this.clock.sleep(FLUSH_MS, over.signal).then(
      () => unknown('the server does not take what is sent'),
      () => undefined,
    );
    const flushed = this.connection.flush().then(
      () => undefined,
      (error: unknown) => unknown(String(error)),
    );
    try {
      return await Promise.race([flushed, late]);
    } finally {
      over.abort();
    }
  }

  /** An id that nobody else has. */
  freshId(): string {
    return createInbox('batch').replaceAll('.', '-');
  }

  /** The connection is lost: what became of those that wait is unknown. */
  lost(): void {
    for (const reply of [...this.waiting.keys()]) this.settle(reply, unknown('the connection to NATS was lost'));
  }

  private answered(message: Msg): void {
    this.settle(message.subject, readAck(message));
  }

  private settle(reply: string, outcome: PublishOutcome): void {
    const waiting = this.waiting.get(reply);
    this.waiting.delete(reply);
    waiting?.resolve(outcome);
  }

  private sweep(): void {
    this.sweeper = undefined;
    const now = this.clock.monotonic();
    for (const [reply, { due }] of this.waiting) {
      if (due <= now) this.settle(reply, unknown('no answer within its time'));
    }
    if (this.waiting.size > 0) this.sweeper = this.clock.setTimeout(() => this.sweep(), SWEEP_MS);
  }
}

/** What a stream's answer says; whatever cannot be read says nothing. */
export function readAck(message: Pick<Msg, 'headers' | 'string'>): PublishOutcome {
  if (message.headers?.code === NO_RESPONDERS) {
    return unknown('no stream takes this subject: is JetStream up, and was it provisioned?');
  }
  let ack: unknown;
  try {
    ack = JSON.parse(message.string());
  } catch (error) {
    return unknown(`an answer that is no JSON: ${String(error)}`);
  }
  if (!isRecord(ack)) return unknown('an answer that is no object');
  const { error, seq, duplicate } = ack;
  if (isRecord(error)) {
    const { err_code: code, description } = error;
    return { kind: 'refused', code: Number(code ?? 0), message: typeof description === 'string' ? description : '' };
  }
  return typeof seq === 'number'
    ? { kind: 'stored', seq, duplicate: duplicate === true }
    : unknown('an answer without a sequence');
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
