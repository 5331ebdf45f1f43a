/**
 * One pull request on an inbox of its own.
 *
 * Invariants:
 *  U1 Never more than `batch` messages, so no worker holds what it has no room for.
 *  U2 Nothing that the server sent is dropped: stopping takes the subscription back first and lets what is on its way
 *     arrive, before the pull ends. Only a lost connection drops messages, and then ack_wait brings them back.
 *  U3 `onEnd` is called once, after the last message.
 */
import type { Clock } from '@colloquy/contracts';
import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { BrokerUnavailableError } from '../broker-errors.ts';
import type { ActivePull, PulledMessage, PullEnd, PullRequest } from '../broker-link.ts';
import { fromWire } from './wire-headers.ts';

const NANOS = 1_000_000;
/** The server's word that time is up may be lost: the client stops by itself so long after. */
const SLACK_MS = 1000;
const ACK_MS = 2000;
const ACK_TRIES = 3;
const ACK_WAIT_MS = 100;
const HEARTBEAT = 100;
const EXPIRED = new Set([404, 408]);

/** What pulling needs. */
export interface NatsPullContext {
  readonly connection: NatsConnection;
  readonly clock: Clock;
}

/** A pull that also ends when the connection is lost. */
export class NatsPull implements ActivePull {
  private readonly request: PullRequest;
  private readonly context: NatsPullContext;
  private readonly subscription: Subscription;
  private readonly timer: object;
  private left: number;
  private over = false;

  constructor(context: NatsPullContext, request: PullRequest) {
    const { connection, clock } = context;
    this.context = context;
    this.request = request;
    this.left = request.batch;
    const inbox = createInbox();
    this.subscription = connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error === null) this.receive(message);
        else this.end('failed');
      },
    });
    this.timer = clock.setTimeout(() => this.close('expired'), request.expiresMs + SLACK_MS);
    connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${request.stream}.${request.durable}`,
      JSON.stringify({ batch: request.batch, expires: request.expiresMs * NANOS }),
      { reply: inbox },
    );
  }

  stop(): void {
    this.close('stopped');
  }

  /** The connection is lost, or closed. */
  lost(): void {
    this.end('failed');
  }

  private receive(message: Msg): void {
    if (this.over) return;
    const code = message.headers?.code ?? 0;
    if (code === HEARTBEAT) return;
    if (code !== 0) {
      this.end(EXPIRED.has(code) ? 'expired' : 'failed');
      return;
    }
    this.left -= 1;
    this.request.onMessage(new NatsPulledMessage(this.context, message));
    if (this.left === 0) this.end('done');
  }

  private close(end: PullEnd): void {
    if (this.over || this.subscription.isDraining()) return;
    this.subscription.drain().then(
      () => this.end(end),
      () => this.end('failed'),
    );
  }

  private end(end: PullEnd): void {
    if (this.over) return;
    this.over = true;
    this.context.clock.clearTimeout(this.timer);
    if (!this.subscription.isClosed()) this.subscription.unsubscribe();
    this.request.onEnd(end);
  }
}

class NatsPulledMessage implements PulledMessage {
  readonly subject: string;
  readonly data: string;
  readonly headers: PulledMessage['headers'];
  readonly seq: number;
  readonly at: number;
  readonly deliveryCount: number;
  private readonly context: NatsPullContext;
  private readonly reply: string;

  constructor(context: NatsPullContext, message: Msg) {
    this.context = context;
    this.reply = message.reply ?? '';
    this.subject = message.subject;
    this.data = message.string();
    this.headers = fromWire(message.headers);
    // $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<ns>.<pending>, newer servers with a domain
    // and an account after ACK and a random token at the end.
    const tokens = this.reply.split('.');
    const at = tokens.length > 9 ? 6 : 4;
    this.deliveryCount = Number(tokens[at]);
    this.seq = Number(tokens[at + 1]);
    this.at = Math.floor(Number(tokens[at + 3]) / NANOS);
  }

  ack(): void {
    this.send('+ACK');
  }

  nak(delayMs = 0): void {
    this.send(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: Math.ceil(delayMs) * NANOS })}` : '-NAK');
  }

  working(): void {
    this.send('+WPI');
  }

  async ackConfirmed(): Promise<void> {
    const { connection, clock } = this.context;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await connection.request(this.reply, '+ACK', { timeout: ACK_MS });
        return;
      } catch (error) {
        if (attempt === ACK_TRIES || connection.isClosed()) {
          throw new BrokerUnavailableError(`the ack of ${this.subject} was not confirmed`, { cause: error });
        }
        await clock.sleep(ACK_WAIT_MS);
      }
    }
  }

  private send(ack: string): void {
    const { connection } = this.context;
    if (!connection.isClosed()) connection.publish(this.reply, ack);
  }
}
