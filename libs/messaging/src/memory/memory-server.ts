import type { Clock, Ids } from '@colloquy/contracts';
import type { DurablePlan, StoredMessage, WireMessage } from '../broker-link.ts';
import { HEADERS } from '../message-headers.ts';
import { DURABLE_PLANS, type PlanOptions, type StreamPlan, streamPlans } from '../stream-plan.ts';
import { MemoryDurable } from './memory-durable.ts';
import { MemoryStream } from './memory-stream.ts';
import { subjectMatches } from './subject-match.ts';

/** Something that crosses a connection, or the step from a stream to its live subjects; a fault hook may lose it. */
export interface MemoryTraffic {
  /** Name of the connection; for `republish` the stream. */
  readonly connection: string;
  readonly kind: 'store' | 'publish' | 'request' | 'read' | 'pull' | 'deliver' | 'ack' | 'republish';
  readonly subject: string;
}

/** What becomes of it: nothing bad, it never arrives, or it arrives and the answer is lost. */
export type MemoryFault = 'none' | 'lose' | 'lose_answer';

/** How the broker behaves. */
export interface MemoryBrokerOptions extends PlanOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Milliseconds for one way over a connection, asked for each message; order on a connection is kept. Default 0.2. */
  readonly latencyMs?: () => number;
  /** Asked for everything that travels. Default: no faults. */
  readonly fault?: (traffic: MemoryTraffic) => MemoryFault;
  /** Answer to a commit that is sent again, as a cluster gives it (`duplicate`) and not as a single server (10071). */
  readonly cluster?: boolean;
  /** How far reads that need not ask the leader lag behind, in ms. Default 0. */
  readonly replicaLagMs?: number;
  /** Told of every message in the moment in which it is stored, with the name of its stream: for who checks or notes all. */
  readonly onStored?: (stream: string, message: StoredMessage) => void;
}

/** A core subscription as the server knows it. */
export interface ServerSubscription {
  readonly subject: string;
  /** `respond` is there when the message is a request. */
  deliver(message: WireMessage, respond?: (data: string) => void): void;
}

/** The broker itself: everything here happens on its side of the connections. */
export class MemoryServer {
  readonly clock: Clock;
  readonly subscriptions = new Set<ServerSubscription>();
  readonly latencyMs: () => number;
  readonly fault: (traffic: MemoryTraffic) => MemoryFault;
  readonly replicaLagMs: number;
  private readonly options: MemoryBrokerOptions;
  private readonly streams: readonly MemoryStream[];
  private readonly durables = new Map<string, MemoryDurable>();

  constructor(options: MemoryBrokerOptions) {
    this.options = options;
    this.clock = options.clock;
    this.latencyMs = options.latencyMs ?? (() => 0.2);
    this.fault = options.fault ?? (() => 'none');
    this.replicaLagMs = options.replicaLagMs ?? 0;
    this.streams = streamPlans(options).map((plan) => this.createStream(plan));
    for (const plan of DURABLE_PLANS) this.ensureDurable(plan);
  }

  /** @throws RangeError when there is none of that name */
  stream(name: string): MemoryStream {
    const found = this.streams.find(({ plan }) => plan.name === name);
    if (found === undefined) throw new RangeError(`no stream ${name}`);
    return found;
  }

  streamOf(subject: string): MemoryStream | undefined {
    return this.streams.find((stream) => stream.takes(subject));
  }

  durable(stream: string, name: string): MemoryDurable | undefined {
    return this.durables.get(`${stream}/${name}`);
  }

  ensureDurable(plan: DurablePlan): void {
    const key = `${plan.stream}/${plan.durable}`;
    if (!this.durables.has(key)) {
      this.durables.set(key, new MemoryDurable(this.clock, this.stream(plan.stream), plan));
    }
  }

  /** All that is stored is gone. */
  lose(): void {
    for (const stream of this.streams) stream.lose();
    for (const durable of this.durables.values()) durable.lose();
  }

  /** Gives a core message to all who listen; true when anybody does. */
  route(message: WireMessage, respond?: (data: string) => void): boolean {
    const listeners = [...this.subscriptions].filter(({ subject }) => subjectMatches(subject, message.subject));
    for (const listener of listeners) listener.deliver(message, respond);
    return listeners.length > 0;
  }

  private createStream(plan: StreamPlan): MemoryStream {
    return new MemoryStream({
      clock: this.clock,
      plan,
      idFirst: this.options.cluster ?? false,
      onStored: (message, lastSeq) => {
        this.options.onStored?.(plan.name, message);
        this.republish(plan, message, lastSeq);
        for (const durable of this.durables.values()) {
          if (durable.plan.stream === plan.name) durable.dispatch();
        }
      },
    });
  }

  private republish(plan: StreamPlan, message: StoredMessage, lastSeq: number): void {
    if (plan.republish === undefined || !subjectMatches(plan.republish.src, message.subject)) return;
    const subject = plan.republish.dest.replace('{{wildcard(1)}}', message.subject.split('.')[1] ?? '');
    if (this.fault({ connection: plan.name, kind: 'republish', subject }) !== 'none') return;
    const headers = {
      ...message.headers,
      [HEADERS.sequence]: String(message.seq),
      [HEADERS.lastSequence]: String(lastSeq),
    };
    this.route({ subject, data: message.data, headers });
  }
}
