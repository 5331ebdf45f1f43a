import type { ChatEvent } from '@colloquy/contracts';

/**
 * The time from the start of a run to its first model call, measured once a run. It is told of what is recorded here: of a
 * run that another process started it knows nothing, and while a person is asked nobody waits for us.
 */
export class FirstCall {
  #startedAt: string | undefined;

  /** An event of the chat that was recorded here. */
  add(event: ChatEvent): void {
    if (event.type === 'run_started' && event.parentRunId === undefined) this.#startedAt = event.at;
    if (event.type === 'input_request') this.#startedAt = undefined;
  }

  /** A model call begins. Gives the ms since the run's start; undefined when that is not the first call, or says nothing. */
  take(now: number): number | undefined {
    const startedAt = this.#startedAt;
    this.#startedAt = undefined;
    return startedAt === undefined ? undefined : now - Date.parse(startedAt);
  }
}
