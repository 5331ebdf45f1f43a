import type { Clock } from '@colloquy/contracts';
import type { PublishOutcome, StoredMessage, WireMessage } from '../broker-link.ts';
import { HEADERS } from '../message-headers.ts';
import { BATCH_DISABLED, BATCH_HAS_DUPLICATE, BATCH_TOO_LARGE, MOST_IN_BATCH } from '../error-codes.ts';
import type { StreamPlan } from '../stream-plan.ts';
import { subjectMatches } from './subject-match.ts';

/** JetStream's answer to a wrong expected last sequence. */
const WRONG_LAST_SEQUENCE = 10071;

/** So far behind the end of a stream that was lost the next one begins. */
const LOST_SEQS = 1000;

/** What a stream takes from its broker. */
export interface MemoryStreamContext {
  readonly clock: Clock;
  readonly plan: StreamPlan;
  /**
   * Which check comes first: a single server compares the sequence before the message id, so a commit that is sent
   * again after a lost ack is refused; a cluster looks at the id first and answers `duplicate`.
   */
  readonly idFirst: boolean;
  /** Called for each message that was stored, with the sequence of its subject's message before. */
  readonly onStored: (message: StoredMessage, lastSeq: number) => void;
}

/**
 * One stream: messages by sequence, expected last subject sequence, duplicate window, expiry per message and by age
 * (which moves a subject's last sequence back), one value a key, message schedules.
 */
export class MemoryStream {
  readonly plan: StreamPlan;
  private readonly context: MemoryStreamContext;
  private readonly messages = new Map<number, StoredMessage>();
  private readonly bySubject = new Map<string, number[]>();
  private readonly ids = new Map<string, { seq: number; at: number }>();
  private readonly expiry: { seq: number; at: number }[] = [];
  private lastSeq = 0;
  private createdAt: number;

  constructor(context: MemoryStreamContext) {
    this.context = context;
    this.plan = context.plan;
    this.createdAt = context.clock.now();
  }

  /** In ms since the epoch. */
  get created(): number {
    return this.createdAt;
  }

  /** Begins anew, with nothing, as the provision step does it: at a place that nobody holds. */
  lose(): void {
    this.messages.clear();
    this.bySubject.clear();
    this.ids.clear();
    this.expiry.length = 0;
    this.lastSeq += LOST_SEQS;
    this.createdAt = this.context.clock.now();
  }

  /** True when the subject belongs to this stream. */
  takes(subject: string): boolean {
    return this.plan.subjects.some((filter) => subjectMatches(filter, subject));
  }

  publish(message: WireMessage): PublishOutcome {
    this.expire();
    const checks = [() => this.checkSequence(message), () => this.checkId(message)];
    if (this.context.idFirst) checks.reverse();
    for (const check of checks) {
      const outcome = check();
      if (outcome !== undefined) return outcome;
    }
    return { kind: 'stored', seq: this.store(message), duplicate: false };
  }

  /** All of them or none; the first one's expected last sequence counts. */
  publishAll(messages: readonly WireMessage[]): PublishOutcome {
    this.expire();
    const [first] = messages;
    if (first === undefined) return { kind: 'refused', code: 0, message: 'nothing to store' };
    const refused = this.checkBatch(messages) ?? this.checkSequence(first);
    if (refused !== undefined) return refused;
    const seqs = messages.map((message) => this.store(message));
    return { kind: 'stored', seq: seqs.at(-1) ?? 0, duplicate: false };
  }

  last(subject: string): StoredMessage | undefined {
    this.expire();
    const seq = this.bySubject.get(subject)?.at(-1);
    return seq === undefined ? undefined : this.messages.get(seq);
  }

  at(seq: number): StoredMessage | undefined {
    this.expire();
    return this.messages.get(seq);
  }

  /** Messages that match the filter from `seq` on, oldest first. */
  *from(filter: string, seq: number): Generator<StoredMessage, void, undefined> {
    this.expire();
    for (const one of /[*>]/.test(filter) ? this.anyFrom(seq) : (this.bySubject.get(filter) ?? [])) {
      const message = one < seq ? undefined : this.messages.get(one);
      if (message !== undefined && subjectMatches(filter, message.subject)) yield message;
    }
  }

  remove(seq: number): boolean {
    const message = this.messages.get(seq);
    if (message === undefined) return false;
    this.messages.delete(seq);
    const seqs = this.bySubject.get(message.subject) ?? [];
    const i = seqs.indexOf(seq);
    // A copy: somebody may be reading the list.
    if (seqs.length > 1) this.bySubject.set(message.subject, seqs.toSpliced(i, 1));
    else this.bySubject.delete(message.subject);
    return true;
  }

  /** Removes what matches the filter, up to and including `upToSeq`. */
  purge(filter: string, upToSeq = Infinity): void {
    for (const { seq } of [...this.from(filter, 1)]) if (seq <= upToSeq) this.remove(seq);
  }

  /** Subjects that match the filter and hold a message, and how many they hold. */
  subjects(filter: string): ReadonlyMap<string, number> {
    this.expire();
    const found = [...this.bySubject].filter(([subject]) => subjectMatches(filter, subject));
    return new Map(found.map(([subject, seqs]) => [subject, seqs.length]));
  }

  private *anyFrom(seq: number): Generator<number, void, undefined> {
    for (let one = seq; one <= this.lastSeq; one += 1) yield one;
  }

  private checkBatch(messages: readonly WireMessage[]): PublishOutcome | undefined {
    const refused = (code: number, message: string): PublishOutcome => ({ kind: 'refused', code, message });
    if (!this.plan.atomic) return refused(BATCH_DISABLED, 'atomic publish is disabled');
    if (messages.length > MOST_IN_BATCH) return refused(BATCH_TOO_LARGE, 'atomic publish batch is too large');
    const ids = messages.flatMap(({ headers }) => headers[HEADERS.msgId] ?? []);
    const doubled = new Set(ids).size < ids.length || messages.some((message) => this.checkId(message) !== undefined);
    return doubled ? refused(BATCH_HAS_DUPLICATE, 'atomic publish batch contains duplicate message id') : undefined;
  }

  private checkSequence({ subject, headers }: WireMessage): PublishOutcome | undefined {
    const expected = headers[HEADERS.expectedLastSubjectSequence];
    const actual = this.bySubject.get(subject)?.at(-1) ?? 0;
    return expected === undefined || Number(expected) === actual
      ? undefined
      : { kind: 'refused', code: WRONG_LAST_SEQUENCE, message: `wrong last sequence: ${String(actual)}` };
  }

  private checkId({ headers }: WireMessage): PublishOutcome | undefined {
    const id = headers[HEADERS.msgId];
    const known = id === undefined ? undefined : this.ids.get(id);
    if (known === undefined) return undefined;
    return known.at + this.plan.duplicateWindowMs > this.context.clock.now()
      ? { kind: 'stored', seq: known.seq, duplicate: true }
      : undefined;
  }

  private store(sent: WireMessage): number {
    const now = this.context.clock.now();
    const seq = (this.lastSeq += 1);
    const message: StoredMessage = { ...sent, seq, at: now };
    const earlier = this.bySubject.get(sent.subject) ?? [];
    const previous = earlier.at(-1) ?? 0;
    if (this.plan.bucket === 'values' || sent.headers[HEADERS.schedule] !== undefined)
      for (const old of earlier) this.remove(old);
    this.messages.set(seq, message);
    const seqs = this.bySubject.get(sent.subject);
    if (seqs === undefined) this.bySubject.set(sent.subject, [seq]);
    else seqs.push(seq);
    const id = sent.headers[HEADERS.msgId];
    if (id !== undefined) this.ids.set(id, { seq, at: now });
    this.setExpiry(message);
    this.setSchedule(message);
    this.context.onStored(message, previous);
    return seq;
  }

  private setExpiry({ seq, at, headers }: StoredMessage): void {
    const ttl = headers[HEADERS.ttl];
    const lives = [
      ...(ttl === undefined ? [] : [Number.parseInt(ttl, 10) * 1000]),
      ...(this.plan.maxAgeMs === 0 ? [] : [this.plan.maxAgeMs]),
    ];
    if (lives.length === 0) return;
    const entry = { seq, at: at + Math.min(...lives) };
    let i = this.expiry.length;
    while (i > 0 && (this.expiry[i - 1]?.at ?? 0) > entry.at) i -= 1;
    this.expiry.splice(i, 0, entry);
  }

  private expire(): void {
    const now = this.context.clock.now();
    while ((this.expiry[0]?.at ?? Infinity) <= now) this.remove(this.expiry.shift()?.seq ?? 0);
    for (const [id, { at }] of this.ids) {
      if (at + this.plan.duplicateWindowMs > now) break;
      this.ids.delete(id);
    }
  }

  private setSchedule(message: StoredMessage): void {
    const [, at] = /^@at (.+)$/.exec(message.headers[HEADERS.schedule] ?? '') ?? [];
    const target = message.headers[HEADERS.scheduleTarget];
    if (at === undefined || target === undefined) return;
    const { clock } = this.context;
    clock.setTimeout(
      () => {
        if (!this.remove(message.seq)) return;
        this.store({ subject: target, data: message.data, headers: { 'Nats-Scheduler': message.subject } });
      },
      Math.max(0, Date.parse(at) - clock.now()),
    );
  }
}
