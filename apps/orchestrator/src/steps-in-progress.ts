import type { Clock } from '@colloquy/contracts';
import type { CallInProgress } from '@colloquy/engine';
import { ToolSlots } from './tool-slots.ts';

/**
 * Why: the run was cancelled, somebody else owns the chat, this process is going, the effect does not move, or another
 * effect of its step has failed.
 */
export type AbortCause = 'cancelled' | 'fenced' | 'drain' | 'stalled' | 'failed';

/** Why an effect was aborted. */
export class EffectAborted extends Error {
  override readonly name = 'EffectAborted';
  readonly why: AbortCause;
  constructor(why: AbortCause) {
    super(`the effect was aborted: ${why}`);
    this.why = why;
  }
}

/** How long a step may show no progress as long as it has no effect, in ms. */
const STALL_LIMIT_MS = 30_000;
/** Who waits for the broker for longer than this waits for it to come back, in ms. */
const LONG_WAIT_MS = 1000;

interface StepInProgress {
  stallLimitMs: number;
  /** True while all that it does waits for another step: that one is watched. */
  standsBy?: boolean;
  progressAt: number;
  effect?: AbortController;
}

/**
 * What the runs of a chat are doing: a step each, with its effect, its progress and its model call.
 *
 * Invariants (tests name them):
 * S1  Each step must move by itself: a branch that hangs is noticed also while the others move.
 * S2  Waiting long for the broker is no stall, and is not counted. What is short is counted: answers that take a second
 *     each would else hide a branch that hangs for as long as the others write.
 * S3  A step whose tools wait for those of another step does not stall: that one would.
 */
export class StepsInProgress {
  /** The tools that run. */
  readonly slots = new ToolSlots();
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #steps = new Map<string, StepInProgress>();
  readonly #calls = new Map<string, CallInProgress>();
  /** Since when each question to the broker waits, the oldest first. */
  readonly #waits = new Set<{ readonly since: number }>();
  #movedAt: number;
  /** Up to when the time that long waits took has been given back to the steps. */
  #givenBackTo: number;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#movedAt = clock.monotonic();
    this.#givenBackTo = this.#movedAt;
  }

  /** A step begins; its key is that of the engine's plan. */
  begin(key: string): void {
    this.#of(key).progressAt = this.#clock.monotonic();
  }

  /** A step is over. */
  end(key: string): void {
    this.#steps.delete(key);
    this.#movedAt = this.#clock.monotonic();
  }

  /** The effect of a run's step, and how long it may show no progress. */
  effect(runId: string, stallLimitMs: number): AbortController {
    const effect = new AbortController();
    this.#steps.set(runId, { stallLimitMs, progressAt: this.#clock.monotonic(), effect });
    return effect;
  }

  /** Aborts the effects of the runs that `concerns` says. */
  abort(why: AbortCause, concerns: (runId: string) => boolean = () => true): void {
    for (const [key, { effect }] of this.#steps) if (concerns(key)) effect?.abort(new EffectAborted(why));
  }

  /** A run's step moved. */
  progressed(runId: string): void {
    const step = this.#steps.get(runId);
    if (step !== undefined) step.progressAt = this.#clock.monotonic();
    this.#movedAt = this.#clock.monotonic();
  }

  /** All that a run's step does waits for another step, or does not any more. */
  standBy(runId: string, standsBy: boolean): void {
    const step = this.#steps.get(runId);
    if (step === undefined) return;
    step.standsBy = standsBy;
    step.progressAt = this.#clock.monotonic();
  }

  /** The longest time that a step which has not moved may take, in ms; undefined when all move. */
  get stalledMs(): number | undefined {
    const now = this.#clock.monotonic();
    const [oldest] = this.#waits;
    if (this.#steps.size === 0) {
      return oldest === undefined && now - this.#movedAt > STALL_LIMIT_MS ? STALL_LIMIT_MS : undefined;
    }
    const counted = now - (oldest === undefined ? 0 : this.#longPartOf(oldest.since, now));
    const stalls = (step: StepInProgress): boolean =>
      step.standsBy !== true && counted - step.progressAt > step.stallLimitMs;
    return [...this.#steps.values()].find(stalls)?.stallLimitMs;
  }

  /** Waits for an answer of the broker. */
  async waiting<T>(answer: Promise<T>): Promise<T> {
    const wait = { since: this.#clock.monotonic() };
    this.#waits.add(wait);
    try {
      return await answer;
    } finally {
      this.#waits.delete(wait);
      const now = this.#clock.monotonic();
      this.#movedAt = now;
      const longMs = this.#longPartOf(wait.since, now);
      if (longMs > 0) this.#giveBack(longMs, now);
    }
  }

  #giveBack(ms: number, now: number): void {
    this.#givenBackTo = now;
    for (const step of this.#steps.values()) step.progressAt = Math.min(now, step.progressAt + ms);
  }

  /** How long a wait has been too long for the steps to answer for, without what another wait has given back, in ms. */
  #longPartOf(since: number, now: number): number {
    return Math.max(0, now - Math.max(since + LONG_WAIT_MS, this.#givenBackTo));
  }

  /** The model call of a run that was sent and has no usage on the log yet. */
  callOf(runId: string): CallInProgress | undefined {
    return this.#calls.get(runId);
  }

  /** A model call was sent. */
  called(runId: string, call: CallInProgress): void {
    this.#calls.set(runId, call);
  }

  /** The model call is counted, or has used nothing, or its run is over. */
  settleCalls(concerns: (runId: string) => boolean): void {
    for (const runId of [...this.#calls.keys()]) if (concerns(runId)) this.#calls.delete(runId);
  }

  #of(key: string): StepInProgress {
    const step = this.#steps.get(key) ?? { stallLimitMs: STALL_LIMIT_MS, progressAt: 0 };
    this.#steps.set(key, step);
    return step;
  }
}
