import type { Clock } from '@colloquy/contracts';
import {
  AckPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  JetStreamError,
  type JetStreamManager,
  jetstreamManager,
  type StoredMsg,
} from '@nats-io/jetstream';
import { errors, type NatsConnection } from '@nats-io/transport-node';
import { BrokerRefusedError, BrokerUnavailableError, ProvisionError } from '../broker-errors.ts';
import type {
  ActivePull,
  BrokerLink,
  DurablePlan,
  LinkMessage,
  LinkSubscription,
  PublishOutcome,
  PullRequest,
  StoredMessage,
  WireMessage,
} from '../broker-link.ts';
import { HEADERS } from '../message-headers.ts';
import { BATCH_TOO_LARGE, MOST_IN_BATCH } from '../error-codes.ts';
import { ANSWER_MS, AckInbox } from './ack-inbox.ts';
import { NatsPull } from './nats-pull.ts';
import { fromWire, toWire } from './wire-headers.ts';

/** Told of what no caller hears of. */
type OnFault = (fault: { readonly what: string; readonly error: unknown }) => void;

const READ_MS = 2000;
const NANOS = 1_000_000;
const NOTHING_FOUND = 404;
const MIB = 1024 * 1024;
/** Of a batch so much is sent before the server must have it. */
const FLUSH_BYTES = 4 * MIB;
/** A slow disk, in a cluster, takes so long for a MiB. */
const STORE_MS_A_MIB = 250;
const NO_CONNECTION: PublishOutcome = { kind: 'unknown', message: 'there is no connection to NATS' };

/** Settings of a durable in JetStream's words. */
export function durableConfig(plan: DurablePlan) {
  return {
    durable_name: plan.durable,
    filter_subject: plan.filter,
    ack_policy: AckPolicy.Explicit,
    ack_wait: plan.ackWaitMs * NANOS,
    max_ack_pending: plan.maxAckPending,
    max_deliver: -1,
  };
}

/** One connection to NATS. */
export class NatsLink implements BrokerLink {
  private readonly connection: NatsConnection;
  private readonly clock: Clock;
  private readonly jsm: JetStreamManager;
  private readonly inbox: AckInbox;
  private readonly pulls = new Set<NatsPull>();
  private readonly onFault: OnFault;
  private readonly reconnected = new Set<() => void>();
  private up = true;

  /** Takes over an open connection. */
  static async open(connection: NatsConnection, clock: Clock, onFault: OnFault = () => undefined): Promise<NatsLink> {
    const jsm = await jetstreamManager(connection, { timeout: READ_MS, checkAPI: false });
    return new NatsLink({ connection, clock, onFault, jsm });
  }

  private constructor(parts: { connection: NatsConnection; clock: Clock; onFault: OnFault; jsm: JetStreamManager }) {
    const { connection, clock, onFault, jsm } = parts;
    this.connection = connection;
    this.onFault = onFault;
    this.clock = clock;
    this.jsm = jsm;
    this.inbox = new AckInbox(connection, clock);
    void this.watch();
  }

  async publishStored(message: WireMessage): Promise<PublishOutcome> {
    // What is published while there is no connection is dropped by the client: say so at once.
    return this.up ? this.inbox.publish(message) : NO_CONNECTION;
  }

  async publishAtomic(messages: readonly WireMessage[]): Promise<PublishOutcome> {
    const last = messages.at(-1);
    if (last === undefined) return { kind: 'refused', code: 0, message: 'nothing to store' };
    if (messages.length > MOST_IN_BATCH) {
      return { kind: 'refused', code: BATCH_TOO_LARGE, message: `more than ${MOST_IN_BATCH} messages` };
    }
    const batch = this.inbox.freshId();
    let [bytes, sent] = [0, 0];
    for (const [at, message] of messages.slice(0, -1).entries()) {
      const failed = this.sendPart(message, batchHeaders(batch, { at, last: false }));
      if (failed !== undefined) return failed;
      bytes += message.data.length;
      sent += message.data.length;
      if (sent < FLUSH_BYTES && at < messages.length - 2) continue;
      // The last one must not wait behind all the others: its deadline begins when the server has those.
      const stuck = await this.inbox.flush();
      if (stuck !== undefined) return stuck;
      sent = 0;
    }
    if (!this.isUp()) return NO_CONNECTION;
    // The server answers for the whole of it when it gets the last one, and has stored it all.
    const headers = { ...last.headers, ...batchHeaders(batch, { at: messages.length - 1, last: true }) };
    return this.inbox.publish({ ...last, headers }, ANSWER_MS + (bytes / MIB) * STORE_MS_A_MIB);
  }

  private sendPart(message: WireMessage, headers: Readonly<Record<string, string>>): PublishOutcome | undefined {
    if (!this.isUp()) return NO_CONNECTION;
    return this.inbox.send({ ...message, headers: { ...message.headers, ...headers } });
  }

  private isUp(): boolean {
    return this.up && !this.connection.isClosed();
  }

  publish(subject: string, data: string, headers: WireMessage['headers'] = {}): void {
    const wire = toWire(headers);
    if (!this.connection.isClosed()) this.connection.publish(subject, data, wire && { headers: wire });
  }

  subscribe(subject: string, onMessage: (message: LinkMessage) => void): LinkSubscription {
    const subscription = this.connection.subscribe(subject, {
      callback: (error, message) => {
        if (error !== null) return;
        onMessage({
          subject: message.subject,
          data: message.string(),
          headers: fromWire(message.headers),
          respond: (data) => {
            if (!this.connection.isClosed()) message.respond(data);
          },
        });
      },
    });
    return { unsubscribe: () => (subscription.isClosed() ? undefined : subscription.unsubscribe()) };
  }

  flush(): Promise<void> {
    return this.ask(() => this.connection.flush());
  }

  async request(
    subject: string,
    data: string,
    timeoutMs: number,
  ): Promise<{ data: string } | 'no_responders' | 'timeout'> {
    try {
      const reply = await this.connection.request(subject, data, { timeout: timeoutMs });
      return { data: reply.string() };
    } catch (error) {
      return isNoResponders(error) ? 'no_responders' : 'timeout';
    }
  }

  lastOf(stream: string, subject: string): Promise<StoredMessage | undefined> {
    return this.fromLeader(stream, { last_by_subj: subject });
  }

  nextOf(stream: string, subject: string, seq: number): Promise<StoredMessage | undefined> {
    const query = { seq, next_by_subj: subject };
    return this.fromLeader(stream, query);
  }

  messageAt(stream: string, seq: number): Promise<StoredMessage | undefined> {
    return this.fromLeader(stream, { seq });
  }

  async readPage({ stream, subject, seq, limit }: { stream: string; subject: string; seq: number; limit: number }) {
    const found = await this.collect((callback) =>
      this.jsm.direct.getBatch(stream, { seq, batch: limit, next_by_subj: subject, callback }),
    );
    return { messages: found.map(toStored), more: (found.at(-1)?.pending ?? 0) > 0 };
  }

  async lastSequences(stream: string, subjects: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = await this.collect((callback) =>
      this.jsm.direct.getLastMessagesFor(stream, { multi_last: [...subjects], batch: subjects.length, callback }),
    );
    return new Map(found.map((message) => [message.subject, message.seq]));
  }

  async streamCreated(stream: string): Promise<number> {
    const { created } = await this.ask(() => this.jsm.streams.info(stream));
    return Date.parse(created);
  }

  deleteMessage(stream: string, seq: number): Promise<boolean> {
    return this.ask(() => this.jsm.streams.deleteMessage(stream, seq));
  }

  async purge({ stream, filter, upToSeq }: { stream: string; filter: string; upToSeq?: number }): Promise<void> {
    // JetStream's `seq` is the first that stays.
    const options = upToSeq === undefined ? { filter } : { filter, seq: upToSeq + 1 };
    await this.ask(() => this.jsm.streams.purge(stream, options));
  }

  async subjects(stream: string, filter: string): Promise<ReadonlyMap<string, number>> {
    const { state } = await this.ask(() => this.jsm.streams.info(stream, { subjects_filter: filter }));
    return new Map(Object.entries(state.subjects ?? {}));
  }

  async ensureDurable(plan: DurablePlan): Promise<void> {
    await this.ask(async () => {
      try {
        await this.jsm.consumers.info(plan.stream, plan.durable);
      } catch (error) {
        if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.ConsumerNotFound) throw error;
        await this.jsm.consumers.add(plan.stream, durableConfig(plan));
      }
    });
  }

  pull(request: PullRequest): ActivePull {
    if (!this.up || this.connection.isClosed()) {
      this.clock.setTimeout(() => request.onEnd('failed'), 0);
      return { stop: () => undefined };
    }
    const pull = new NatsPull(
      { connection: this.connection, clock: this.clock },
      {
        ...request,
        onEnd: (end) => {
          this.pulls.delete(pull);
          request.onEnd(end);
        },
      },
    );
    this.pulls.add(pull);
    return pull;
  }

  async lag(stream: string, durable: string): Promise<number> {
    const info = await this.ask(() => this.jsm.consumers.info(stream, durable));
    return info.num_pending + info.num_ack_pending;
  }

  async ackFloor(stream: string, durable: string): Promise<number> {
    return (await this.ask(() => this.jsm.consumers.info(stream, durable))).ack_floor.stream_seq;
  }

  onReconnect(fn: () => void): () => void {
    this.reconnected.add(fn);
    return () => this.reconnected.delete(fn);
  }

  async drain(): Promise<void> {
    if (this.connection.isClosed()) return;
    try {
      await (this.up ? this.connection.drain() : this.connection.close());
    } catch {
      // The connection was lost while it drained: there is nothing left to send it over.
      await this.connection.close();
    }
    this.lost();
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect') this.lost();
      if (type !== 'reconnect') continue;
      this.up = true;
      // Each on its own: one that throws must end neither this loop nor the process.
      for (const fn of this.reconnected) queueMicrotask(() => this.tell(fn));
    }
    this.lost();
  }

  private tell(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.onFault({ what: 'telling that NATS is back', error });
    }
  }

  private lost(): void {
    this.up = false;
    this.inbox.lost();
    for (const pull of [...this.pulls]) pull.lost();
  }

  private async fromLeader(
    stream: string,
    query: { seq: number } | { last_by_subj: string },
  ): Promise<StoredMessage | undefined> {
    const message = await this.ask(() => this.jsm.streams.getMessage(stream, query));
    return message === null ? undefined : toStored(message);
  }

  /** A batch of direct reads. In callback mode: the client's iterators leave a subscription behind for 5 s each. */
  private collect(
    start: (callback: (done: { err?: Error } | null, message: StoredMsg) => void) => Promise<unknown>,
  ): Promise<StoredMsg[]> {
    return this.ask(
      () =>
        new Promise((resolve, reject) => {
          const found: StoredMsg[] = [];
          start((done, message) => {
            if (done === null) found.push(message);
            else if (done.err === undefined || isNothingFound(done.err)) resolve(found);
            else reject(done.err);
          }).catch(reject);
        }),
    );
  }

  /** @throws BrokerUnavailableError, or ProvisionError when the stream does not exist */
  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw toBrokerError(error);
    }
  }
}

/** ADR-50 of NATS: an atomic batch. */
function batchHeaders(id: string, { at, last }: { at: number; last: boolean }): Readonly<Record<string, string>> {
  return {
    [HEADERS.batchId]: id,
    [HEADERS.batchSequence]: String(at + 1),
    ...(last ? { [HEADERS.batchCommit]: '1' } : {}),
  };
}

function toStored(message: StoredMsg): StoredMessage {
  return {
    subject: message.subject,
    seq: message.seq,
    at: Date.parse(message.timestamp),
    data: message.string(),
    headers: fromWire(message.header),
  };
}

const isNothingFound = (error: Error): boolean =>
  error instanceof JetStreamError && 'code' in error && error.code === NOTHING_FOUND;

const isNoResponders = (error: unknown): boolean =>
  error instanceof errors.NoRespondersError || (error instanceof errors.RequestError && error.isNoResponders());

function toBrokerError(error: unknown): Error {
  if (error instanceof JetStreamApiError) {
    if (error.code === JetStreamApiCodes.StreamNotFound) {
      return new ProvisionError('the streams do not exist: run the provision step first', { cause: error });
    }
    // 4xx: the question is wrong and stays so; 5xx: the server cannot answer now.
    if (error.status >= 400 && error.status < 500) return new BrokerRefusedError(error.code, error.message);
  }
  return new BrokerUnavailableError(`NATS did not answer: ${String(error)}`, { cause: error });
}
