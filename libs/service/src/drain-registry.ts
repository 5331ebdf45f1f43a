import type { Logger } from './create-logger.ts';
import type { ServiceClock } from './system-clock.ts';

/**
 * When something drains; lower goes first, equal ones go together. Clients are told while everything still works; work
 * in hand finishes; then HTTP stops listening and answers what it has; connections to the servers behind go last.
 */
export const DRAIN_ORDER = { tellClients: 100, finishWork: 200, stopHttp: 300, closeConnections: 400 } as const;

/** Must be over soon after the signal is aborted, which happens at the deadline. */
export type DrainStep = (deadline: AbortSignal) => void | Promise<void>;

/** How a drain went. */
export interface DrainReport {
  /** Every step was done in time and did not throw. */
  readonly clean: boolean;
  /** Names of the steps that failed or were given up. */
  readonly failed: readonly string[];
  readonly ms: number;
}

interface Entry {
  readonly name: string;
  readonly step: DrainStep;
  readonly order: number;
}

/** What each later step gets when an earlier one has used up the time, ms: connections are closed in any case. */
const LEAST_MS = 500;

/** What a service does between SIGTERM and its end. */
export class DrainRegistry {
  readonly #entries: Entry[] = [];
  readonly #clock: ServiceClock;
  readonly #logger: Logger;
  #running: Promise<DrainReport> | undefined;
  #began: number | undefined;

  constructor(clock: ServiceClock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** True from the first call of `run` on. */
  get draining(): boolean {
    return this.#running !== undefined;
  }

  /** For how long it has been draining, ms; 0 before the first call of `run`. */
  get drainingMs(): number {
    return this.#began === undefined ? 0 : this.#clock.monotonic() - this.#began;
  }

  /** Adds a step; see {@link DRAIN_ORDER} for `order`. */
  onDrain(name: string, step: DrainStep, order: number = DRAIN_ORDER.finishWork): void {
    this.#entries.push({ name, step, order });
  }

  /** Runs the steps once, in order, within `deadlineMs` altogether; a second call gets the first one's report. Never throws. */
  run(deadlineMs: number): Promise<DrainReport> {
    this.#running ??= this.#drain(deadlineMs);
    return this.#running;
  }

  async #drain(deadlineMs: number): Promise<DrainReport> {
    const began = this.#clock.monotonic();
    this.#began = began;
    const failed: string[] = [];
    const orders = [...new Set(this.#entries.map((entry) => entry.order))].sort((a, b) => a - b);
    this.#logger.info({ deadlineMs, steps: this.#entries.length }, 'drain begins');
    for (const order of orders) {
      const left = Math.max(deadlineMs - (this.#clock.monotonic() - began), LEAST_MS);
      const group = this.#entries.filter((entry) => entry.order === order);
      const done = await Promise.all(group.map((entry) => this.#runStep(entry, left)));
      failed.push(...group.filter((_, index) => done[index] === false).map((entry) => entry.name));
    }
    const ms = Math.round(this.#clock.monotonic() - began);
    const clean = failed.length === 0;
    this.#logger[clean ? 'info' : 'warn']({ ms, failed }, clean ? 'drained' : 'drained, not cleanly');
    return { clean, failed, ms };
  }

  async #runStep(entry: Entry, ms: number): Promise<boolean> {
    const began = this.#clock.monotonic();
    const deadline = new AbortController();
    const finished = new AbortController();
    const late = this.#clock.sleep(ms, finished.signal).then(
      () => {
        const error = new Error(`not done within ${Math.round(ms)} ms`);
        deadline.abort(error);
        throw error;
      },
      () => undefined,
    );
    try {
      await Promise.race([Promise.resolve().then(() => entry.step(deadline.signal)), late]);
      this.#logger.info({ step: entry.name, ms: Math.round(this.#clock.monotonic() - began) }, `drain: ${entry.name}`);
      return true;
    } catch (error) {
      this.#logger.error({ step: entry.name, err: error }, `drain: ${entry.name} failed`);
      return false;
    } finally {
      finished.abort();
    }
  }
}
