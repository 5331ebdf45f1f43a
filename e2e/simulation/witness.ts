import { createHash } from 'node:crypto';
import { decodeCommit, STREAMS, TIMER_USER, type ChatEvent, type Command, type Delta } from '@colloquy/contracts';
import { evolve, initialState, type ChatState } from '@colloquy/engine';
import type { MemoryBroker } from '@colloquy/messaging';

/** A message as a stream stores it. */
export type Stored = ReturnType<MemoryBroker['messages']>[number];

/** A command that the queue has taken. */
export interface Taken {
  readonly chatId: string;
  readonly commandId: string;
}

interface ChatLog {
  state: ChatState;
  lastSeq: number;
  /** Who may append what no command causes. */
  owner: string | undefined;
  /** Commands that the log shows. */
  readonly recorded: Set<string>;
  /** Place in `taken` of the newest command that the log shows. */
  newest: number;
}

const ENDS: ReadonlySet<string> = new Set(['text', 'reasoning', 'message_aborted']);
const PIECE = 64 * 1024;

/**
 * Sees everything that happens, in the moment in which it does: hashes it, so that two runs of a seed can be compared,
 * and says what must not be.
 */
export class Witness {
  readonly violations: string[] = [];
  /** How often each kind of fault was made, and what came of them. */
  readonly counts = new Map<string, number>();
  /** Commands in the order in which they were accepted, each once; those of timers are in `timers`. */
  readonly taken: Taken[] = [];
  readonly timers = new Set<string>();
  /** Everything noted, when somebody wants to read it. */
  readonly story: string[] | undefined;
  readonly #now: () => number;
  readonly #places = new Map<string, number>();
  readonly #starts = new Map<string, number>();
  readonly #ends = new Map<string, number>();
  readonly #said = new Map<string, string>();
  readonly #logs = new Map<string, ChatLog>();
  readonly #hash = createHash('sha256');
  #waiting = '';

  constructor(now: () => number, story: boolean) {
    this.#now = now;
    this.story = story ? [] : undefined;
  }

  /** Something happened. */
  note(what: string): void {
    const line = `${this.#now().toFixed(3)} ${what}\n`;
    this.story?.push(line.trimEnd());
    this.#waiting += line;
    if (this.#waiting.length < PIECE) return;
    this.#hash.update(this.#waiting);
    this.#waiting = '';
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  violated(what: string): void {
    this.violations.push(`${this.#now().toFixed(0)} ms: ${what}`);
    this.note(`VIOLATED ${what}`);
  }

  /** The hash of all that was noted. */
  digest(): string {
    return this.#hash.copy().update(this.#waiting).digest('hex').slice(0, 32);
  }

  /** `seq` of the event that began the message. */
  startOf(messageId: string): number | undefined {
    return this.#starts.get(messageId);
  }

  /** `seq` of the event that ended the message; undefined while none has. */
  endOf(messageId: string): number | undefined {
    return this.#ends.get(messageId);
  }

  /** What has been said of a message so far, by kind. */
  saidOf(kind: string, messageId: string): string {
    return this.#said.get(`${kind} ${messageId}`) ?? '';
  }

  /** The state of the engine by every commit of the chat that was stored. */
  state(chatId: string): ChatState {
    return this.#logs.get(chatId)?.state ?? initialState;
  }

  /** A stream has stored a message. */
  stored(stream: string, { seq, subject, data, headers }: Stored): void {
    this.note(`${stream} ${String(seq)} ${subject} ${headers['Nats-Msg-Id'] ?? ''} ${data}`);
    if (stream === STREAMS.chats) this.#append(data, headers['Nats-Msg-Id']?.split('.')[0] ?? '');
    else if (subject.startsWith('command.')) this.#take(JSON.parse(data) as Command);
  }

  #take({ chatId, commandId, userId }: Command): void {
    if (userId === TIMER_USER) this.timers.add(commandId);
    if (userId === TIMER_USER || this.#places.has(commandId)) return;
    this.#places.set(commandId, this.taken.length);
    this.taken.push({ chatId, commandId });
  }

  #append(data: string, writer: string): void {
    const { chatId, events, deltas = [] } = decodeCommit(data);
    const log = this.#logs.get(chatId) ?? emptyLog();
    this.#logs.set(chatId, log);
    if (events.some(({ type }) => type === 'run_started' || type === 'run_claimed')) log.owner = writer;
    const own = deltas.length > 0 || events.some(({ commandId }) => commandId === undefined);
    if (own && writer !== log.owner) this.violated(`${writer} wrote to ${chatId} of ${String(log.owner)}`);
    for (const event of events) this.#follow(chatId, log, event);
    for (const delta of deltas) this.#say(delta);
    for (const commandId of new Set(events.flatMap(({ commandId: id }) => id ?? []))) {
      this.#record(chatId, log, commandId);
    }
  }

  #say({ kind, messageId, offset, text }: Delta): void {
    const said = this.saidOf(kind, messageId);
    if (offset > said.length) {
      this.violated(`text of ${messageId} was stored at ${String(offset)} after ${String(said.length)}`);
    }
    this.#said.set(`${kind} ${messageId}`, said.slice(0, offset) + text);
  }

  #follow(chatId: string, log: ChatLog, event: ChatEvent): void {
    if (event.seq !== log.lastSeq + 1) {
      this.violated(`event ${String(event.seq)} of ${chatId} was stored after ${String(log.lastSeq)}`);
    }
    log.lastSeq = event.seq;
    if (event.type === 'message_started') this.#starts.set(event.messageId, event.seq);
    if (ENDS.has(event.type) && 'messageId' in event) this.#ends.set(event.messageId, event.seq);
    log.state = evolve(log.state, event);
  }

  #record(chatId: string, log: ChatLog, commandId: string): void {
    if (log.recorded.has(commandId)) this.violated(`command ${commandId} of ${chatId} was recorded again`);
    log.recorded.add(commandId);
    const place = this.#places.get(commandId);
    if (place === undefined) return;
    if (place < log.newest) this.violated(`command ${commandId} of ${chatId} was recorded after a later one`);
    log.newest = Math.max(log.newest, place);
  }
}

const emptyLog = (): ChatLog => ({
  state: initialState,
  lastSeq: 0,
  owner: undefined,
  recorded: new Set(),
  newest: -1,
});
