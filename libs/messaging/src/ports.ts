import type {
  ChatEvent,
  ChatRow,
  Command,
  Commit,
  Delta,
  NewEvent,
  OwnerReply,
  OwnerRequest,
  Ticket,
  WorkflowDefinition,
} from '@colloquy/contracts';

/** A commit and where it lies. */
export interface StoredCommit {
  readonly commit: Commit;
  /** Its sequence in the stream CHATS. */
  readonly streamSeq: number;
  /** Its `Nats-Msg-Id`: who wrote it, and the how-manieth of that writer. */
  readonly msgId: string;
  /** W3C trace context of what caused it. */
  readonly traceparent?: string;
}

/** A commit as the stream republished it. */
export interface LiveCommit extends StoredCommit {
  /** Stream sequence of the chat's commit before it, 0 when it is the first: proves that nothing was missed. */
  readonly lastStreamSeq: number;
}

/** Reads the log. */
export interface ChatLogReader {
  /** When the stream was created (ms since the epoch, base 36): the first part of every cursor. */
  epoch(): Promise<string>;
  /**
   * The chat's commits after stream sequence `after`, in order, read a page of 256 at a time.
   * With `complete` it goes on until the leader's last sequence is reached, so that a fold of it is no stale one.
   */
  read(
    chatId: string,
    options: { after: number; complete?: boolean; signal?: AbortSignal },
  ): AsyncIterable<StoredCommit>;
  /** The chat's newest commit, asked from the leader; undefined when the log holds none. */
  last(chatId: string): Promise<StoredCommit | undefined>;
  /** Newest stream sequence of each chat; one without any commit is missing. At most 1024 chats a call. */
  lastSequences(chatIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Ids of all chats that the log holds a commit of, in no order: for operators, not for the main flow. */
  chatIds(): Promise<readonly string[]>;
}

/** What a writer must have folded before it may append. */
export interface LogPosition {
  /** Stream sequence of the newest commit seen; 0 for an empty log. */
  readonly streamSeq: number;
  /** Stream sequence of the newest commit seen that holds events: where the log falls back to when deltas expire. */
  readonly durableStreamSeq: number;
  /** `seq` of the newest event seen; 0 before any. */
  readonly lastSeq: number;
}

/** Where the writer of a new chat begins: nothing is on its log. */
export const EMPTY_LOG: LogPosition = { streamSeq: 0, durableStreamSeq: 0, lastSeq: 0 };

/** What an append put on the log. */
export interface Appended {
  /** The events with their `seq` and `at`. */
  readonly events: readonly ChatEvent[];
  readonly streamSeq: number;
  /** W3C trace context of the commit. */
  readonly traceparent?: string;
}

/** Somebody else has written to this chat: stop, abort effects, forget it. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** What one append wants on the log; never split over commits. */
export interface AppendBatch {
  readonly events?: readonly NewEvent[];
  readonly deltas?: readonly Delta[];
  /** W3C trace context; a joined commit carries that of its first batch which has one. */
  readonly traceparent?: string;
}

/**
 * The one writer of a chat in this process. At most one commit is in flight; what is appended meanwhile joins the next
 * one, in order. Each commit is fenced by the expected last sequence of the chat's subject.
 */
export interface ChatAppender {
  /**
   * Resolves once the commit is on disk.
   * @throws FencedError when somebody else wrote; every later append is refused likewise
   * @throws RangeError when the batch is empty, or alone would exceed the largest commit (ask `batchFits` before)
   * @throws AbandonedError when `abandon` was called
   * @throws BrokerRefusedError when the broker will never take it
   */
  append(batch: AppendBatch): Promise<Appended>;
  /** Position after the newest acknowledged commit. */
  position(): LogPosition;
  /** Aborts when the writer is fenced. */
  readonly fenced: AbortSignal;
  /** Monotonic time in ms at which the newest commit that was acknowledged was sent, or of the opening. */
  lastAckAt(): number;
  /**
   * Asks the leader whether the chat's newest commit is still mine (or what I folded); fences this writer if not.
   * @throws FencedError
   */
  verify(): Promise<void>;
  /** Resolves when nothing is in flight or queued. */
  settled(): Promise<void>;
  /**
   * Stops resending. What is not acknowledged is rejected with AbandonedError (it may be on the log all the same), and
   * so is every later append.
   */
  abandon(): void;
}

/** What became of events that were put back. */
export type Restored =
  /** All are on the log. */
  | { readonly kind: 'stored'; readonly streamSeq: number }
  /** None is: the log does not end at `after` any more. */
  | { readonly kind: 'contested' };

/** The log, with its writer side. */
export interface ChatLog extends ChatLogReader {
  /**
   * Puts events of a chat back as they were, `seq` and `at` included, behind the commit at stream sequence `after` (0: on
   * an empty log): all of them or none, so that nobody can take a part of a history for the whole. For an operator's
   * restore, and for a chat that begins as the copy of another one; nobody else writes events that have happened before.
   * @throws BrokerUnavailableError when it is unknown whether it was done, or cannot be done now: look at the log
   * @throws BrokerRefusedError when the broker will never take them: more than 1000 commits of full size, say
   * @throws RangeError when there are none
   */
  restore(chatId: string, events: readonly ChatEvent[], after: number): Promise<Restored>;
  /** Opens the writer at the position that the caller has folded up to. */
  open(chatId: string, position: LogPosition): ChatAppender;
  /**
   * Erases the chat's commits up to and including that stream sequence, its timers, and what consumers have parked of
   * the chat: that quotes it. A later commit stays. Doing it again changes nothing.
   * @throws BrokerUnavailableError when it is unknown whether it was done
   */
  erase(chatId: string, upToStreamSeq: number): Promise<void>;
}

/** A running subscription or consumption. */
export interface Subscription {
  close(): Promise<void>;
}

/** Live, not stored: what was stored a moment ago, and what changed in a user's sidebar. */
export interface LiveFeed {
  /** Resolves once the server has the subscription (flushed): only then may the caller read the log. */
  subscribeChat(chatId: string, onCommit: (commit: LiveCommit) => void): Promise<Subscription>;
  subscribeUser(ownerKey: string, onRow: (row: ChatRow, traceparent?: string) => void): Promise<Subscription>;
  publishUser(ownerKey: string, row: ChatRow, traceparent?: string): void;
}

/** A command that was delivered. */
export interface CommandDelivery {
  readonly command: Command;
  readonly streamSeq: number;
  /** When the queue took it, in ms since the epoch by the broker's clock; of a timer, when it fired. */
  readonly storedAt: number;
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
  readonly traceparent?: string;
  /**
   * Resolves when the server has the ack.
   * @throws BrokerUnavailableError when it cannot be had: the command will come again
   */
  ack(): Promise<void>;
  /** Gives it back, to be delivered again after `delayMs`. */
  nak(delayMs: number): void;
  /**
   * Gives it up: it goes to `parked.commands.<chatId>` with the reason and does not come again.
   * @throws BrokerUnavailableError when that is not known after 5 s: it may come again
   */
  park(reason: string): Promise<void>;
}

/** Commands: recorded one at a time, in the order in which they were accepted. */
export interface CommandQueue {
  /**
   * Resolves once it is on disk; a second one with the same commandId within ten minutes changes nothing.
   * @throws BrokerUnavailableError when that is unknown after 5 s: publishing it again is safe
   */
  publish(command: Command, traceparent?: string): Promise<void>;
  /** Stream sequence of the oldest command of the chat still on the queue, asked from the leader. */
  oldest(chatId: string): Promise<number | undefined>;
  /**
   * Pulls for ever, at most 64 commands in hand at once; malformed messages are parked. The handler settles each
   * delivery itself; one that throws gets its command again after a second.
   */
  consume(onCommand: (delivery: CommandDelivery) => Promise<void>): Promise<Subscription>;
  /**
   * Schedules a command for `at` (ms since the epoch); a second one of the same chat and id replaces the first.
   * Resolves once it is on disk.
   */
  schedule(timer: { id: string; at: number; command: Command }): Promise<void>;
  /**
   * Takes a schedule away; nothing when it has fired, or never was.
   * @throws BrokerUnavailableError when it is unknown whether it was done
   */
  unschedule(timer: { id: string; chatId: string }): Promise<void>;
}

/** A ticket that was delivered; it stays in flight as long as its chat runs. */
export interface TicketDelivery {
  readonly ticket: Ticket;
  readonly streamSeq: number;
  readonly deliveryCount: number;
  readonly traceparent?: string;
  /** Extends the 6 s after which it would go to somebody else. */
  working(): void;
  /**
   * Resolves when the server has the ack.
   * @throws BrokerUnavailableError when it cannot be had: the ticket will come again
   */
  ack(): Promise<void>;
  nak(delayMs?: number): void;
  /**
   * Gives it up: it goes to `parked.runs.<chatId>` with the reason and does not come again.
   * @throws BrokerUnavailableError when that is not known after 5 s: it may come again
   */
  park(reason: string): Promise<void>;
}

/** Tickets: "run this chat until it rests". */
export interface TicketQueue {
  /**
   * Resolves once it is on disk; the same msgId within ten minutes changes nothing.
   * @throws BrokerUnavailableError when that is unknown after 5 s: publishing it again is safe
   */
  publish(ticket: Ticket, msgId: string, traceparent?: string): Promise<void>;
  /** Asks for at most `count` tickets and waits at most `waitMs` for the first; may give none. */
  pull(options: { count: number; waitMs: number; signal?: AbortSignal }): Promise<readonly TicketDelivery[]>;
}

/** Requests to the orchestrator that runs a chat. */
export interface OwnerChannel {
  /** Resolves once the server has the subscription. */
  serve(chatId: string, onRequest: (request: OwnerRequest) => Promise<OwnerReply>): Promise<Subscription>;
  /** `no_responders` is answered at once when nobody runs the chat. */
  ask(chatId: string, request: OwnerRequest, timeoutMs: number): Promise<OwnerReply | 'no_responders' | 'timeout'>;
}

/** Resolved workflow definitions by their hash. */
export interface WorkflowBucket {
  put(hash: string, definition: WorkflowDefinition): Promise<void>;
  get(hash: string): Promise<WorkflowDefinition | undefined>;
}

/** What is written down of one file, and which writing of it this is. */
export interface KeptRecord {
  /** The `ownerKey` of whose file it is. */
  readonly owner: string;
  readonly id: string;
  readonly value: string;
  readonly revision: number;
}

/** What is written down of files, by owner and id. Nobody writes over what they have not read. */
export interface FileRecords {
  get(owner: string, id: string): Promise<KeptRecord | undefined>;
  /** Writes in the place of `revision`, 0 when there is none yet; undefined when somebody else was faster. */
  put(
    owner: string,
    id: string,
    record: { readonly value: string; readonly revision: number },
  ): Promise<number | undefined>;
  /** False when somebody else was faster. */
  remove(owner: string, id: string, revision: number): Promise<boolean>;
  /** Those of one owner, or all; what was written a moment ago may be missing. */
  list(owner?: string): AsyncIterable<KeptRecord>;
}

/** A commit that a durable consumer got. */
export interface LogDelivery extends StoredCommit {
  readonly epoch: string;
  readonly deliveryCount: number;
  ack(): void;
  nak(delayMs?: number): void;
  /** Gives it up: it goes to `parked.<consumer>.<chatId>` with the reason. Only for what fails validation. */
  park(reason: string): Promise<void>;
}

/** A durable consumer of the log, shared by all instances of a service. */
export interface LogConsumer {
  /**
   * At most `count` commits: waits up to 5 s for the first, then at most `waitMs` for more to come together. May give
   * none. Malformed ones are parked. An abort gives none, and gives back what was on its way.
   */
  pull(options: { count: number; waitMs: number; signal?: AbortSignal }): Promise<readonly LogDelivery[]>;
  /** How many commits are not processed yet. */
  lag(): Promise<number>;
  /** How long the oldest of them has been waiting, in ms by the clocks of the broker and this process; 0 without any. */
  lagMs(): Promise<number>;
}

/** A message that a consumer gave up on. */
export interface ParkedMessage {
  /** Its stream sequence in PARKED: what `retry` and `drop` take. */
  readonly streamSeq: number;
  /** When it was parked, in ms since the epoch. */
  readonly at: number;
  readonly consumer: string;
  readonly chatId: string;
  readonly reason: string;
  /** Where it came from. */
  readonly subject: string;
  readonly originalStreamSeq: number;
  readonly payload: string;
  /** All its headers as they are on PARKED. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What consumers gave up on, for the operator. */
export interface ParkedMessages {
  /** The oldest `limit` (default 256) after stream sequence `after` (default 0). */
  list(options?: { after?: number; limit?: number }): Promise<readonly ParkedMessage[]>;
  /** One of them. @throws RangeError when there is no such message */
  show(streamSeq: number): Promise<ParkedMessage>;
  /** How many there are of each consumer that has any. */
  counts(): Promise<ReadonlyMap<string, number>>;
  /**
   * Puts a command or a ticket back on its queue.
   * @throws RangeError when there is no such message
   * @throws NotRetryableError when it is a commit of the log: its consumer rebuilds from the log instead
   */
  retry(streamSeq: number): Promise<void>;
  /** Removes it. @throws RangeError when there is no such message */
  drop(streamSeq: number): Promise<void>;
}

/** One connection to the broker with everything on it. */
export interface Messaging {
  readonly log: ChatLog;
  readonly live: LiveFeed;
  readonly commands: CommandQueue;
  readonly tickets: TicketQueue;
  readonly owner: OwnerChannel;
  readonly workflows: WorkflowBucket;
  readonly files: FileRecords;
  readonly parked: ParkedMessages;
  /** Creates the durable if it does not exist (only what a consumer of its own needs; `persistence` is provisioned). */
  consumer(name: string): Promise<LogConsumer>;
  /** How many commands and tickets are not settled yet, on their way or in hand: those of tickets are the runs wanted. */
  queues(): Promise<{ readonly commands: number; readonly runs: number }>;
  /** Throws when the broker does not answer within a second. For /readyz. */
  ping(): Promise<void>;
  /** Calls back after each reconnect: live messages may have been missed. Returns how to stop. */
  onReconnect(fn: () => void): () => void;
  /** Sends what is buffered, ends subscriptions, closes. */
  drain(): Promise<void>;
}
