/**
 * A chat that this orchestrator runs.
 *
 * Invariants (tests name them):
 * R1  Events are decided one batch at a time, each from a state that holds every event before it.
 * R2  Deltas need no turn: they decide nothing. What was shown counts from the moment it was handed to the log.
 * R3  Once `refuse` was called no command is recorded here, also none that already waited for its turn.
 * R4  A run that has ended on the log, by a stop or its deadline or with its parent, has no effect in progress: the
 *     effect is aborted as the event is folded.
 * R5  Whoever is fenced, or has given up, appends nothing more and begins no effect.
 * R6  Waiting for the broker is no stall: when it is back the run goes on where it was.
 * R7  A model call of a run is known from the moment it is sent until its usage, or the end of its run, is on the log:
 *     whatever cuts it off counts it, and nothing counts it twice.
 */
import type { ChatEvent, Clock, Command, Delta, Tracer, WorkflowDefinition } from '@colloquy/contracts';
import {
  evolve,
  failureEvents,
  findRun,
  recordCommand,
  type ChatState,
  type CutOff,
  type Estimator,
  type Timer,
} from '@colloquy/engine';
import { batchFits, type AppendBatch, type ChatAppender } from '@colloquy/messaging';
import type { FoldedChat } from './fold-chat.ts';
import { FirstCall } from './first-call.ts';
import { fitBatch } from './fit-batch.ts';
import { RunSpans } from './run-spans.ts';
import { Serial } from './serial.ts';
import { timersOver } from './set-timers.ts';
import type { ShownTexts } from './shown-texts.ts';
import { EffectAborted, StepsInProgress, type AbortCause } from './steps-in-progress.ts';

/** A step in progress showed no progress in its time: the run is left to whoever gets its ticket next. */
export class StalledError extends Error {
  override readonly name = 'StalledError';
}

/** What became of a command. `refused`: it was not looked at, ask again. */
export type RecordVerdict = 'accepted' | 'rejected' | 'nothing' | 'refused';

/** What a {@link RunningChat} is made of. */
export interface RunningChatParts {
  readonly chatId: string;
  readonly ticketSeq: number;
  readonly folded: FoldedChat;
  readonly appender: ChatAppender;
  readonly clock: Clock;
  readonly estimate: Estimator;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer | undefined;
}

const ENDS_EFFECTS: ReadonlySet<string> = new Set(['run_cancelled', 'run_completed', 'run_failed', 'chat_deleted']);

/** Longest time since the last acknowledgement after which the leader is asked before an effect, in ms. */
const FRESH_MS = 3000;
/** How long the leader may take before who asks for the owner is told to ask again, in ms; an asker waits 1 s. */
const ANSWER_MS = 700;

function isEmpty({ events = [], deltas = [] }: AppendBatch): boolean {
  return events.length === 0 && deltas.length === 0;
}

/** A chat that this orchestrator runs: its state, its writer, its steps in progress. */
export class RunningChat {
  readonly chatId: string;
  readonly ticketSeq: number;
  readonly shown: ShownTexts;
  /** Definition of the run that is going on. */
  workflow: WorkflowDefinition | undefined;
  /** What its runs are doing. */
  readonly steps: StepsInProgress;
  /** What they are traced by. */
  readonly spans: RunSpans;
  /** How long the run has waited for its first model call. */
  readonly firstCall = new FirstCall();
  /** True once this process was asked to stop: the run ends at its next step boundary. */
  draining = false;
  /** Told when events are on the log and in the state. */
  onChange: () => void = () => undefined;
  /** Told of timers that nothing waits for any more. */
  onTimersOver: (timers: readonly Timer[]) => void = () => undefined;
  readonly #appender: ChatAppender;
  readonly #clock: Clock;
  readonly #estimate: Estimator;
  readonly #serial = new Serial();
  readonly #lost = new AbortController();
  #state: ChatState;
  #refusing = true;
  /** Once set, no effect begins any more. */
  #ending: AbortCause | undefined;
  #knowing: Promise<void> | undefined;

  constructor(parts: RunningChatParts) {
    this.chatId = parts.chatId;
    this.ticketSeq = parts.ticketSeq;
    this.shown = parts.folded.shown;
    this.#state = parts.folded.state;
    this.#appender = parts.appender;
    this.#clock = parts.clock;
    this.#estimate = parts.estimate;
    this.steps = new StepsInProgress(parts.clock);
    const { chatId, tracer, folded } = parts;
    this.spans = new RunSpans({ chatId, tracer, origin: folded.origin, ticket: tracer?.current() });
    const { fenced } = parts.appender;
    fenced.addEventListener('abort', () => this.#lose('fenced', fenced.reason), { once: true });
  }

  get state(): ChatState {
    return this.#state;
  }

  /** What is known of the model calls in progress, for what cuts them off. */
  get cutOff(): CutOff {
    return { shown: this.shown.texts, estimate: this.#estimate, callOf: (runId) => this.steps.callOf(runId) };
  }

  /** Aborts when the chat is not ours any more: fenced off, or given up. Nothing is done for it from then on. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** True while commands are recorded here. */
  get open(): boolean {
    return !this.#refusing && !this.lost.aborted;
  }

  /**
   * Lets `decide` look at the newest state and appends what it says, if it says anything.
   * @returns the events as they are on the log
   * @throws FencedError
   */
  change(
    decide: (state: ChatState) => AppendBatch | undefined | Promise<AppendBatch | undefined>,
  ): Promise<readonly ChatEvent[]> {
    return this.#serial.run(async () => {
      const batch = await decide(this.#state);
      return batch === undefined || isEmpty(batch) ? [] : this.#append(batch);
    });
  }

  /** Puts deltas on the log; resolves when they are there. @throws FencedError */
  async stream(deltas: readonly Delta[]): Promise<void> {
    this.shown.addDeltas(deltas);
    await this.steps.waiting(this.#appender.append({ deltas }));
    for (const { runId } of deltas) this.steps.progressed(runId);
  }

  /** Records a command; answers only when its event is on disk. @throws FencedError */
  record(command: Command): Promise<RecordVerdict> {
    return this.#serial.run(async () => {
      if (!this.open) return 'refused';
      const recording = recordCommand(this.#state, this.workflow, { command, cutOff: this.cutOff });
      if (recording.events.length > 0) await this.#append({ events: recording.events });
      // What appends nothing meets no fence: who was replaced must not say that there is nothing to do.
      else await this.verify();
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
   * Makes sure that this process still owns the chat: what it knew 3 s ago, the leader is asked again.
   * What comes after it in the same tick is done by an owner.
   * @throws FencedError
   */
  async stillOwner(): Promise<void> {
    while (this.#clock.monotonic() - this.#appender.lastAckAt() >= FRESH_MS) await this.verify();
  }

  /**
   * The same as an answer to somebody who holds a ticket of this chat and gives it up on our word. So the leader is asked
   * now: in the 3 s before, the log may have been lost and put back, and that ticket be the only one that there is. False
   * also when the leader does not say so in 0.7 s, which is less than an asker waits. Silence would be taken for nobody
   * there, and the run away from a healthy owner. Never throws.
   */
  isStillOwner(): Promise<boolean> {
    return new Promise((resolve) => {
      const late = this.#clock.setTimeout(() => {
        resolve(false);
      }, ANSWER_MS);
      const answer = (owner: boolean): void => {
        this.#clock.clearTimeout(late);
        resolve(owner);
      };
      this.#knowOwner().then(
        () => {
          answer(this.open);
        },
        () => {
          answer(false);
        },
      );
    });
  }

  /** One question to the leader at a time, however many wait for its answer. */
  #knowOwner(): Promise<void> {
    this.#knowing ??= this.#askLeader().finally(() => {
      this.#knowing = undefined;
    });
    return this.#knowing;
  }

  /** An answer that a frozen process reads when it thaws is old: then it asks again. */
  async #askLeader(): Promise<void> {
    await this.verify();
    await this.stillOwner();
  }

  /** Asks the leader whether the chat is still ours. @throws FencedError */
  verify(): Promise<void> {
    return this.steps.waiting(this.#appender.verify());
  }

  /**
   * Begins an effect of a run: makes sure that this process still owns the chat, then gives the signal that ends the
   * effect. It is aborted already when the run is over or this process is going.
   * @throws FencedError
   */
  async beginEffect(of: { runId: string; stallLimitMs: number }): Promise<AbortSignal> {
    await this.stillOwner();
    const effect = this.steps.effect(of.runId, of.stallLimitMs);
    const over = findRun(this.#state.run, of.runId) === undefined ? 'cancelled' : undefined;
    const why = this.#ending ?? over;
    if (why !== undefined) effect.abort(new EffectAborted(why));
    return effect.signal;
  }

  /** True once no effect may begin any more. */
  get ending(): boolean {
    return this.#ending !== undefined;
  }

  /** The drain's time is nearly over: ends the effects in progress and lets none begin. */
  endEffects(): void {
    this.#end('drain');
  }

  /** Leaves the run as it is to whoever gets its ticket next: appends nothing more, ends the effect. */
  giveUp(reason: Error): void {
    this.#appender.abandon();
    this.#lose('stalled', reason);
  }

  /** Resolves when nothing is on its way to the log. */
  settled(): Promise<void> {
    return this.#appender.settled();
  }

  #lose(why: AbortCause, reason: unknown): void {
    this.#end(why);
    this.#lost.abort(reason);
  }

  #end(why: AbortCause): void {
    this.#ending ??= why;
    this.steps.abort(why);
  }

  async #append(batch: AppendBatch): Promise<readonly ChatEvent[]> {
    this.shown.addDeltas(batch.deltas ?? []);
    const { events, traceparent } = await this.steps.waiting(this.#appender.append(this.#fitted(batch)));
    const before = this.#state;
    for (const event of events) {
      this.#state = evolve(this.#state, event);
      this.shown.addEvent(event);
      this.spans.add(event, traceparent);
      this.firstCall.add(event);
      this.#settle(event);
    }
    this.onTimersOver(timersOver(before, this.#state));
    this.onChange();
    return events;
  }

  /** What cannot be cut to fit, such as variables, would fail again with every owner: the run ends and says so. */
  #fitted(batch: AppendBatch): AppendBatch {
    const fitted = fitBatch(this.chatId, batch);
    if (batchFits(this.chatId, fitted) || this.#state.run === undefined) return fitted;
    const message = 'A step of the run would put more on the log at once than one commit can hold.';
    const failure = { code: 'result_too_large', message, retryable: false };
    return fitBatch(this.chatId, { events: failureEvents(this.#state, { ...failure, ...this.cutOff }) });
  }

  #settle({ type, runId }: ChatEvent): void {
    if (runId !== undefined) this.steps.progressed(runId);
    if (type === 'usage') this.steps.settleCalls((of) => of === runId);
    if (!ENDS_EFFECTS.has(type)) return;
    const gone = (of: string): boolean => type === 'chat_deleted' || findRun(this.#state.run, of) === undefined;
    this.steps.abort('cancelled', gone);
    this.steps.settleCalls(gone);
  }
}
