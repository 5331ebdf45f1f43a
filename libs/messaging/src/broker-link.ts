/**
 * What the ports stand on: JetStream as we use it, one connection of it. There are two: a real one (`nats/`) and a twin
 * in memory and virtual time (`memory/`). Everything above is the same code on both.
 */

/** Headers of a message; we never use one twice. */
export type Headers = Readonly<Record<string, string>>;

/** A message on a subject. */
export interface WireMessage {
  readonly subject: string;
  readonly data: string;
  readonly headers: Headers;
}

/** A message of a stream. */
export interface StoredMessage extends WireMessage {
  /** Its sequence in the stream. */
  readonly seq: number;
  /** When it was stored, in ms since the epoch. */
  readonly at: number;
}

/** What became of a message that was sent to a stream. */
export type PublishOutcome =
  | { readonly kind: 'stored'; readonly seq: number; readonly duplicate: boolean }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }
  /** It may be stored, or be stored later. */
  | { readonly kind: 'unknown'; readonly message: string };

/** A message that a durable consumer got. After the connection is closed all of this does nothing. */
export interface PulledMessage extends StoredMessage {
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
  ack(): void;
  /** Resolves when the server has the ack. @throws BrokerUnavailableError */
  ackConfirmed(): Promise<void>;
  nak(delayMs?: number): void;
  working(): void;
}

/** Why a pull gives no more messages: all came, time is up, it was stopped, or the server could not serve it. */
export type PullEnd = 'done' | 'expired' | 'stopped' | 'failed';

/** One request for messages. */
export interface PullRequest {
  readonly stream: string;
  readonly durable: string;
  /** Most messages that it gives. */
  readonly batch: number;
  readonly expiresMs: number;
  readonly onMessage: (message: PulledMessage) => void;
  /** Called once, after the last message. */
  readonly onEnd: (end: PullEnd) => void;
}

/** A pull that is under way. */
export interface ActivePull {
  /** Asks for no more; what is on its way still comes, then `onEnd('stopped')`. */
  stop(): void;
}

/** What a durable needs; the rest is the same for all: pull, explicit acks, from the first message, delivered for ever. */
export interface DurablePlan {
  readonly stream: string;
  readonly durable: string;
  readonly filter: string;
  readonly ackWaitMs: number;
  /** -1: no limit. */
  readonly maxAckPending: number;
}

/** A core subscription. */
export interface LinkSubscription {
  unsubscribe(): void;
}

/** A core message; `respond` answers a request. */
export interface LinkMessage extends WireMessage {
  respond(data: string): void;
}

/** One connection to a broker. Methods that ask something throw BrokerUnavailableError when no answer comes. */
export interface BrokerLink {
  /** Sends to a stream, once. Never throws. */
  publishStored(message: WireMessage): Promise<PublishOutcome>;
  /**
   * Sends to a stream that takes it: all of the messages, in their order, or none. At most 1000. The first one's expected
   * last sequence counts. `stored` gives the sequence of the last one. Never throws.
   */
  publishAtomic(messages: readonly WireMessage[]): Promise<PublishOutcome>;
  /** Sends to whoever listens now. */
  publish(subject: string, data: string, headers?: Headers): void;
  subscribe(subject: string, onMessage: (message: LinkMessage) => void): LinkSubscription;
  /** Resolves when the server has everything that was sent before. */
  flush(): Promise<void>;
  request(subject: string, data: string, timeoutMs: number): Promise<{ data: string } | 'no_responders' | 'timeout'>;
  /** The subject's newest message, from the leader. */
  lastOf(stream: string, subject: string): Promise<StoredMessage | undefined>;
  /** The first message of the subject at or after `seq`, from the leader. */
  nextOf(stream: string, subject: string, seq: number): Promise<StoredMessage | undefined>;
  /** The message at `seq`, from the leader. */
  messageAt(stream: string, seq: number): Promise<StoredMessage | undefined>;
  /** A page from any replica, which may lag; `more` tells that the replica has further ones. */
  readPage(request: {
    stream: string;
    subject: string;
    seq: number;
    limit: number;
  }): Promise<{ messages: readonly StoredMessage[]; more: boolean }>;
  /** Newest sequence of each exact subject, from any replica; at most 1024. */
  lastSequences(stream: string, subjects: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** When the stream was created, in ms since the epoch. */
  streamCreated(stream: string): Promise<number>;
  deleteMessage(stream: string, seq: number): Promise<boolean>;
  /** Removes what matches the filter, up to and including `upToSeq` where one is given. */
  purge(request: { stream: string; filter: string; upToSeq?: number }): Promise<void>;
  /** Every subject of the stream that matches the filter and holds a message, and how many it holds. */
  subjects(stream: string, filter: string): Promise<ReadonlyMap<string, number>>;
  /** Creates the durable unless it exists. */
  ensureDurable(plan: DurablePlan): Promise<void>;
  pull(request: PullRequest): ActivePull;
  /** Messages of the durable that are not acknowledged yet, delivered or not. */
  lag(stream: string, durable: string): Promise<number>;
  /** Up to and including this sequence every message of the durable is acknowledged; 0 when none is. */
  ackFloor(stream: string, durable: string): Promise<number>;
  onReconnect(fn: () => void): () => void;
  /** Sends what is buffered and closes. */
  drain(): Promise<void>;
}
