import type { ChatEvent } from '@colloquy/contracts';

/** What a person does that a run begins with. */
const ASKS: ReadonlySet<string> = new Set(['user_message', 'rewound']);

/**
 * Who asked for the run, as trace context: a run belongs to the trace of what asked for it, however often it is taken over
 * and whatever ticket it goes on with. The log says which one, in the headers of its commits.
 */
export class RunOrigin {
  #asked: string | undefined;
  #run: string | undefined;

  /** The context of what waits to be answered by the next run. */
  get asked(): string | undefined {
    return this.#asked;
  }

  /** The context of what the newest run was asked for by; undefined when the log does not say. */
  get ofRun(): string | undefined {
    return this.#run;
  }

  /** Takes an event up, with the context of its commit. */
  add(event: ChatEvent, traceparent: string | undefined): void {
    if (ASKS.has(event.type)) this.#asked = traceparent;
    if (event.type === 'run_started' && event.parentRunId === undefined) this.#run = this.#asked ?? traceparent;
  }
}
