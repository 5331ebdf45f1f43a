import { isSameTrace, noTracer, spanOf, type ChatEvent, type Span, type Tracer } from '@colloquy/contracts';
import type { RunState, Step } from '@colloquy/engine';
import type { RunOrigin } from './run-origin.ts';

const ENDS: ReadonlySet<string> = new Set(['run_completed', 'run_failed', 'run_cancelled']);

/** What the spans of a chat's runs are made of. */
export interface RunSpansParts {
  readonly chatId: string;
  readonly origin: RunOrigin;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer | undefined;
  /** Context of the ticket that the chat is run by. */
  readonly ticket?: string | undefined;
}

/**
 * The spans of what a chat's runs do here. A run has one in each process that works on it, all in the trace of what asked
 * for the run; where the ticket is of another trace (an answer to a question, a watchdog), it is linked.
 */
export class RunSpans {
  readonly #parts: RunSpansParts;
  readonly #tracer: Tracer;
  #run: { readonly runId: string; readonly span: Span } | undefined;

  constructor(parts: RunSpansParts) {
    this.#parts = parts;
    this.#tracer = parts.tracer ?? noTracer;
  }

  /** Takes up what is on the log: a run that ends ends its span. */
  add(event: ChatEvent, traceparent: string | undefined): void {
    this.#parts.origin.add(event, traceparent);
    if (!ENDS.has(event.type) || event.runId !== this.#run?.runId) return;
    this.#run?.span.set({ 'colloquy.outcome': event.type });
    this.end();
  }

  /** Takes a step in a span of its own, below that of the run; a run is begun below what asked for it. */
  step<T>({ step, run }: { step: Step; run: RunState | undefined }, fn: () => Promise<T>): Promise<T> {
    const begun = step.kind === 'start_run' || run === undefined ? undefined : this.#of(run).traceparent;
    const start = {
      ...spanOf('step {kind}', step.kind),
      ...(begun === undefined ? this.#below(this.#parts.origin.asked) : { parent: begun }),
      attributes: { 'colloquy.chat.id': this.#parts.chatId, 'colloquy.run.id': run?.runId },
    };
    return this.#tracer.span(start, fn);
  }

  /** Nothing more is done here. */
  end(): void {
    this.#run?.span.end();
    this.#run = undefined;
  }

  #of(run: RunState): Span {
    if (this.#run?.runId === run.runId) return this.#run.span;
    this.end();
    const span = this.#tracer.start({
      ...spanOf('run {workflow}', run.workflow),
      ...this.#below(this.#parts.origin.ofRun),
      attributes: {
        'colloquy.chat.id': this.#parts.chatId,
        'colloquy.run.id': run.runId,
        'colloquy.workflow': run.workflow,
      },
    });
    this.#run = { runId: run.runId, span };
    return span;
  }

  /** Below the ticket when that is of the trace, else below what asked, linked to the ticket. */
  #below(asked: string | undefined): { parent?: string | undefined; links?: readonly (string | undefined)[] } {
    const { ticket } = this.#parts;
    if (asked === undefined || isSameTrace(asked, ticket)) return { parent: ticket };
    return { parent: asked, links: [ticket] };
  }
}
