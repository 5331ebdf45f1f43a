/**
 * A chat that this orchestrator runs.
 *
 * Invariants (tests name them):
 * R1  Events are decided one batch at a time, each from a state that holds every event before it.
 * R2  Deltas need no turn: they decide nothing. What was shown counts from the moment it was handed to the log.
 * R3  Once `refuse` was called no command is recorded here, also none that already waited for its turn.
 * R4  A run that was cancelled on the log has no effect in progress: the effect is aborted as the event is folded.
 * R5  Whoever is fenced appends nothing more.
 */
import type { ChatEvent, Clock, Command, Delta, WorkflowDefinition } from '@colloquy/contracts';
import { evolve, recordCommand, type ChatState } from '@colloquy/engine';
import type { AppendBatch, ChatAppender } from '@colloquy/messaging';
import type { FoldedChat } from './fold-chat.ts';
import { fitBatch } from './fit-batch.ts';
import { Serial } from './serial.ts';
import type { ShownTexts } from './shown-texts.ts';

/** Why an effect was aborted. */
export class EffectAborted extends Error {
  override readonly name = 'EffectAborted';
  /** Why: the run was cancelled, somebody else owns the chat, or this process is going. */
  readonly why: 'cancelled' | 'fenced' | 'drain';
  constructor(why: 'cancelled' | 'fenced' | 'drain') {
    super(`the effect was aborted: ${why}`);
    this.why = why;
  }
}

/** What became of a command. `refused`: it was not looked at, ask again. */
export type RecordVerdict = 'accepted' | 'rejected' | 'nothing' | 'refused';

const ENDS_EFFECTS: ReadonlySet<string> = new Set(['run_cancelled', 'run_failed', 'chat_deleted']);

/** Longest time since the last acknowledgement after which the leader is asked before an effect, in ms. */
const FRESH_MS = 3000;

/** A chat that this orchestrator runs: its state, its writer, its effect in progress. */
export class RunningChat {
  readonly chatId: string;
  readonly ticketSeq: number;
  readonly shown: ShownTexts;
  /** Definition of the run that is going on. */
  workflow: WorkflowDefinition | undefined;
  /** Longest time that the step in progress may show no progress, in ms. */
  stallLimitMs = 30_000;
  /** True once this process was asked to stop: the run ends at its next step boundary. */
  draining = false;
  readonly #appender: ChatAppender;
  readonly #clock: Clock;
  readonly #serial = new Serial();
  #state: ChatState;
  #refusing = true;
  #effect: AbortController | undefined;
  #progressAt: number;

  constructor(parts: { chatId: string; ticketSeq: number; folded: FoldedChat; appender: ChatAppender; clock: Clock }) {
    this.chatId = parts.chatId;
    this.ticketSeq = parts.ticketSeq;
    this.shown = parts.folded.shown;
    this.#state = parts.folded.state;
    this.#appender = parts.appender;
    this.#clock = parts.clock;
    this.#progressAt = parts.clock.monotonic();
    this.#appender.fenced.addEventListener('abort', () => this.abortEffect('fenced'));
  }

  get state(): ChatState {
    return this.#state;
  }

  get fenced(): boolean {
    return this.#appender.fenced.aborted;
  }

  /** Milliseconds since anything of this run moved. */
  get idleMs(): number {
    return this.#clock.monotonic() - this.#progressAt;
  }

  /** Something moved: an acknowledgement, a piece of text, progress of a tool. */
  progressed(): void {
    this.#progressAt = this.#clock.monotonic();
  }

  /**
   * Lets `decide` look at the newest state and appends what it says; nothing when it says undefined.
   * @returns the events as they are on the log
   * @throws FencedError
   */
  change(
    decide: (state: ChatState) => AppendBatch | undefined | Promise<AppendBatch | undefined>,
  ): Promise<readonly ChatEvent[]> {
    return this.#serial.run(async () => {
      const batch = await decide(this.#state);
      return batch === undefined ? [] : this.#append(batch);
    });
  }

  /** Puts deltas on the log; resolves when they are there. @throws FencedError */
  async stream(deltas: readonly Delta[]): Promise<void> {
    this.shown.addDeltas(deltas);
    await this.#appender.append({ deltas });
    this.progressed();
  }

  /** Records a command; answers only when its event is on disk. @throws FencedError */
  record(command: Command): Promise<RecordVerdict> {
    return this.#serial.run(async () => {
      if (this.#refusing) return 'refused';
      const recording = recordCommand(this.#state, this.workflow, { command, shown: this.shown.texts });
      if (recording.events.length > 0) await this.#append({ events: recording.events });
      return recording.verdict;
    });
  }

  /** From now on commands are recorded here. */
  accept(): void {
    this.#refusing = false;
  }

  /** From now on they are not, if `condition` holds once all that was begun is done. Tells whether it did. */
  refuse(condition: (state: ChatState) => boolean = () => true): Promise<boolean> {
    return this.#serial.run(() => {
      if (!condition(this.#state)) return false;
      this.#refusing = true;
      return true;
    });
  }

  /**
   * Begins an effect: makes sure that this process still owns the chat, then gives the signal that ends the effect.
   * @throws FencedError
   */
  async beginEffect(stallLimitMs: number): Promise<AbortSignal> {
    while (this.#clock.monotonic() - this.#appender.lastAckAt() >= FRESH_MS) await this.#appender.verify();
    this.#effect = new AbortController();
    this.stallLimitMs = stallLimitMs;
    this.progressed();
    return this.#effect.signal;
  }

  /** Ends the effect in progress, if any. */
  abortEffect(why: EffectAborted['why']): void {
    this.#effect?.abort(new EffectAborted(why));
  }

  /** Resolves when nothing is on its way to the log. */
  settled(): Promise<void> {
    return this.#appender.settled();
  }

  async #append(batch: AppendBatch): Promise<readonly ChatEvent[]> {
    this.shown.addDeltas(batch.deltas ?? []);
    const { events } = await this.#appender.append(fitBatch(this.chatId, batch));
    for (const event of events) {
      this.#state = evolve(this.#state, event);
      this.shown.addEvent(event);
      if (ENDS_EFFECTS.has(event.type)) this.abortEffect('cancelled');
    }
    this.progressed();
    return events;
  }
}
