import type { Clock } from '@colloquy/contracts';
import { BrokerUnavailableError } from '../broker-errors.ts';
import type {
  ActivePull,
  BrokerLink,
  DurablePlan,
  LinkMessage,
  LinkSubscription,
  PublishOutcome,
  PulledMessage,
  PullRequest,
  StoredMessage,
  WireMessage,
} from '../broker-link.ts';
import type { MemoryServer, MemoryTraffic, ServerSubscription } from './memory-server.ts';
import type { MemoryDurable } from './memory-durable.ts';
import type { MemoryStream } from './memory-stream.ts';
import { MemoryPull, ServedPull } from './memory-pull.ts';

/** Questions that get no answer fail after so long. */
const ANSWER_MS = 2000;

type State = 'up' | 'cut' | 'deaf' | 'closed' | 'dead';

/** One connection to the broker in memory: both directions keep their order, and both can be harmed. */
export class MemoryLink implements BrokerLink {
  private readonly server: MemoryServer;
  private readonly name: string;
  private readonly pending = new Set<(error: Error) => void>();
  private readonly subscriptions = new Set<ServerSubscription>();
  /** Those that the server has: also one whose end it has not heard of yet. */
  private readonly listening = new Set<ServerSubscription>();
  private readonly pulls = new Set<MemoryPull>();
  private readonly reconnected = new Set<() => void>();
  /** The server's side of the pulls. */
  private readonly served = new Set<ServedPull>();
  private state: State = 'up';
  /** What has arrived while the process is frozen. */
  private frozen: (() => void)[] | undefined;
  /** Counts incarnations: what was sent over an earlier one is lost. */
  private incarnation = 0;
  /** Timers of this process: they fire late when it is frozen. */
  private readonly timers: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  private upTime = 0;
  private downTime = 0;

  constructor(server: MemoryServer, name: string) {
    const { clock } = server;
    this.server = server;
    this.name = name;
    this.timers = {
      setTimeout: (fn, ms) => clock.setTimeout(() => this.whenThawed(fn), ms),
      clearTimeout: (handle) => clock.clearTimeout(handle),
    };
  }

  publishStored(message: WireMessage): Promise<PublishOutcome> {
    return this.store(message.subject, (stream) => stream.publish(message));
  }

  publishAtomic(messages: readonly WireMessage[]): Promise<PublishOutcome> {
    const subject = messages[0]?.subject;
    if (subject === undefined) return Promise.resolve({ kind: 'refused', code: 0, message: 'nothing to store' });
    return this.store(subject, (stream) => stream.publishAll(messages));
  }

  publish(subject: string, data: string, headers: WireMessage['headers'] = {}): void {
    this.tell({ kind: 'publish', subject }, () => this.server.route({ subject, data, headers }));
  }

  subscribe(subject: string, onMessage: (message: LinkMessage) => void): LinkSubscription {
    const subscription: ServerSubscription = {
      subject,
      deliver: (message, respond = () => undefined) =>
        this.down(() => {
          if (this.subscriptions.has(subscription)) {
            onMessage({ ...message, respond: (data) => this.up(() => respond(data)) });
          }
        }),
    };
    this.subscriptions.add(subscription);
    this.up(() => this.listen(subscription));
    return {
      unsubscribe: () => {
        this.subscriptions.delete(subscription);
        this.up(() => {
          this.listening.delete(subscription);
          this.server.subscriptions.delete(subscription);
        });
      },
    };
  }

  flush(): Promise<void> {
    return this.ask({ kind: 'read', subject: 'flush' }, () => undefined);
  }

  request(subject: string, data: string, timeoutMs: number): Promise<{ data: string } | 'no_responders' | 'timeout'> {
    if (this.state === 'dead') return new Promise(() => undefined);
    return new Promise((resolve) => {
      const timer = this.timers.setTimeout(() => resolve('timeout'), timeoutMs);
      const fault = this.server.fault({ connection: this.name, kind: 'request', subject });
      if (fault === 'lose') return;
      const settle = (answer: { data: string } | 'no_responders'): void =>
        this.down(() => {
          if (fault === 'lose_answer') return;
          this.timers.clearTimeout(timer);
          resolve(answer);
        });
      this.up(() => {
        const served = this.server.route({ subject, data, headers: {} }, (answer) => settle({ data: answer }));
        if (!served) settle('no_responders');
      });
    });
  }

  lastOf(stream: string, subject: string): Promise<StoredMessage | undefined> {
    return this.read(subject, () => this.server.stream(stream).last(subject));
  }

  nextOf(stream: string, subject: string, seq: number): Promise<StoredMessage | undefined> {
    return this.read(subject, () => this.server.stream(stream).from(subject, seq).next().value ?? undefined);
  }

  messageAt(stream: string, seq: number): Promise<StoredMessage | undefined> {
    return this.read(stream, () => this.server.stream(stream).at(seq));
  }

  readPage({ stream, subject, seq, limit }: { stream: string; subject: string; seq: number; limit: number }) {
    return this.read(subject, () => {
      const found = [...this.server.stream(stream).from(subject, seq)].filter((message) => this.replicated(message));
      return { messages: found.slice(0, limit), more: found.length > limit };
    });
  }

  lastSequences(stream: string, subjects: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.read(stream, () => {
      const found = new Map<string, number>();
      for (const subject of subjects) {
        const seqs = [...this.server.stream(stream).from(subject, 1)].filter((message) => this.replicated(message));
        const last = seqs.at(-1);
        if (last !== undefined) found.set(subject, last.seq);
      }
      return found;
    });
  }

  streamCreated(stream: string): Promise<number> {
    return this.read(stream, () => this.server.stream(stream).created);
  }

  deleteMessage(stream: string, seq: number): Promise<boolean> {
    return this.read(stream, () => this.server.stream(stream).remove(seq));
  }

  purge({ stream, filter, upToSeq }: { stream: string; filter: string; upToSeq?: number }): Promise<void> {
    return this.read(stream, () => this.server.stream(stream).purge(filter, upToSeq));
  }

  subjects(stream: string, filter: string): Promise<ReadonlyMap<string, number>> {
    return this.read(stream, () => this.server.stream(stream).subjects(filter));
  }

  ensureDurable(plan: DurablePlan): Promise<void> {
    return this.read(plan.durable, () => this.server.ensureDurable(plan));
  }

  pull(request: PullRequest): ActivePull {
    const { clock } = this.server;
    const durable = this.server.durable(request.stream, request.durable);
    const pull = new MemoryPull(this.timers, request, () => this.pulls.delete(pull));
    this.pulls.add(pull);
    if (!this.isConnected() || durable === undefined) {
      clock.setTimeout(() => pull.end('failed'), 0);
      return { stop: () => undefined };
    }
    const served = new ServedPull(durable, request, {
      deliver: (message, deliveryCount) => {
        const traffic = { connection: this.name, kind: 'deliver', subject: message.subject } as const;
        if (this.server.fault(traffic) !== 'none') return;
        const pulled = this.pulledMessage(durable, message, deliveryCount);
        this.down(() => pull.receive(pulled));
      },
      end: (end) => {
        this.served.delete(served);
        this.down(() => pull.end(end));
      },
    });
    this.tell({ kind: 'pull', subject: request.durable }, () => {
      this.served.add(served);
      served.start(clock);
    });
    return { stop: () => this.up(() => served.end('stopped')) };
  }

  lag(stream: string, durable: string): Promise<number> {
    return this.read(durable, () => this.server.durable(stream, durable)?.lag() ?? 0);
  }

  ackFloor(stream: string, durable: string): Promise<number> {
    return this.read(durable, () => this.server.durable(stream, durable)?.ackFloor() ?? 0);
  }

  onReconnect(fn: () => void): () => void {
    this.reconnected.add(fn);
    return () => this.reconnected.delete(fn);
  }

  async drain(): Promise<void> {
    if (this.state === 'up') await this.flush().catch(() => undefined);
    if (this.state !== 'dead') this.leave('closed');
  }

  /** The process died: from here on its promises never settle and its subscriptions are gone. */
  kill(): void {
    this.pending.clear();
    this.pulls.clear();
    this.leave('dead');
    this.subscriptions.clear();
  }

  freeze(): void {
    this.frozen ??= [];
  }

  thaw(): void {
    const received = this.frozen ?? [];
    this.frozen = undefined;
    for (const receive of received) receive();
  }

  cut(): void {
    if (this.state === 'up' || this.state === 'deaf') this.leave('cut');
  }

  deafen(): void {
    if (this.state === 'up') this.state = 'deaf';
  }

  restore(): void {
    if (this.state !== 'cut' && this.state !== 'deaf') return;
    this.leave('cut');
    this.state = 'up';
    for (const subscription of this.subscriptions) this.up(() => this.listen(subscription));
    for (const fn of this.reconnected) queueMicrotask(fn);
  }

  private listen(subscription: ServerSubscription): void {
    this.listening.add(subscription);
    this.server.subscriptions.add(subscription);
  }

  private pulledMessage(durable: MemoryDurable, message: StoredMessage, deliveryCount: number): PulledMessage {
    const ack = { kind: 'ack', subject: message.subject } as const;
    return {
      ...message,
      deliveryCount,
      ack: () => this.tell(ack, () => durable.ack(message.seq)),
      ackConfirmed: () => this.ask(ack, () => durable.ack(message.seq)),
      nak: (delayMs) => this.tell(ack, () => durable.nak(message.seq, delayMs)),
      working: () => this.tell(ack, () => durable.working(message.seq)),
    };
  }

  private replicated({ at }: StoredMessage): boolean {
    return this.server.replicaLagMs === 0 || at + this.server.replicaLagMs <= this.server.clock.now();
  }

  private store(subject: string, serve: (stream: MemoryStream) => PublishOutcome): Promise<PublishOutcome> {
    return this.ask({ kind: 'store', subject }, (): PublishOutcome => {
      const stream = this.server.streamOf(subject);
      return stream === undefined ? { kind: 'unknown', message: `no stream takes ${subject}` } : serve(stream);
    }).catch((error: unknown): PublishOutcome => ({ kind: 'unknown', message: String(error) }));
  }

  private read<T>(subject: string, serve: () => T): Promise<T> {
    return this.ask({ kind: 'read', subject }, serve);
  }

  /** Sends without an answer. */
  private tell(traffic: Omit<MemoryTraffic, 'connection'>, arrive: () => void): void {
    if (this.server.fault({ connection: this.name, ...traffic }) === 'none') this.up(arrive);
  }

  /** Sends and waits for the answer. */
  private ask<T>(traffic: Omit<MemoryTraffic, 'connection'>, serve: () => T): Promise<T> {
    if (this.state === 'dead') return new Promise(() => undefined);
    const { timers } = this;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        if (!this.pending.has(fail)) return;
        settle();
        reject(error);
      };
      const settle = (): void => {
        timers.clearTimeout(timer);
        this.pending.delete(fail);
      };
      const late = (): void => fail(new BrokerUnavailableError('no answer from the broker'));
      const timer = timers.setTimeout(late, this.isConnected() ? ANSWER_MS : 0);
      this.pending.add(fail);
      const fault = this.server.fault({ connection: this.name, ...traffic });
      if (fault === 'lose') return;
      this.up(() => {
        const answer = serve();
        if (fault === 'lose_answer') return;
        this.down(() => {
          settle();
          resolve(answer);
        });
      });
    });
  }

  private isConnected(): boolean {
    return this.state === 'up' || this.state === 'deaf';
  }

  private up(arrive: () => void): void {
    if (!this.isConnected()) return;
    const [clock, incarnation] = [this.server.clock, this.incarnation];
    this.upTime = Math.max(this.upTime, clock.monotonic() + this.server.latencyMs());
    clock.setTimeout(() => {
      if (incarnation === this.incarnation) arrive();
    }, this.upTime - clock.monotonic());
  }

  private down(arrive: () => void): void {
    const { clock } = this.server;
    const { incarnation } = this;
    this.downTime = Math.max(this.downTime, clock.monotonic() + this.server.latencyMs());
    const received = (): void => {
      if (incarnation === this.incarnation && this.state === 'up') arrive();
    };
    clock.setTimeout(() => this.whenThawed(received), this.downTime - clock.monotonic());
  }

  private whenThawed(fn: () => void): void {
    if (this.frozen === undefined) fn();
    else this.frozen.push(fn);
  }

  private leave(state: 'cut' | 'closed' | 'dead'): void {
    this.state = state;
    this.incarnation += 1;
    for (const subscription of this.listening) this.server.subscriptions.delete(subscription);
    this.listening.clear();
    for (const served of this.served) served.drop();
    this.served.clear();
    for (const fail of [...this.pending]) fail(new BrokerUnavailableError('the connection to the broker is lost'));
    for (const pull of [...this.pulls]) pull.end('failed');
  }
}
