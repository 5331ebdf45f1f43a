/** A span as `bootService` gives it: the `Span` port of contracts. */
export interface ServiceSpan {
  readonly traceparent: string | undefined;
  /** Adds attributes; undefined ones are left out. */
  set(attributes: SpanFields): void;
  /** Adds a link to what else led to it. */
  link(traceparent: string | undefined): void;
  /** It has failed. Of the error only its name or its code is kept: a message may quote what was said. */
  fail(error: unknown): void;
  /** It is over; called again it does nothing. */
  end(): void;
}

/** Attributes of a span. */
export type SpanFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** How a span begins: `SpanStart` of contracts, and one thing more. */
export interface ServiceSpanStart {
  readonly name: string;
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly parent?: string | undefined;
  readonly links?: readonly (string | undefined)[];
  readonly attributes?: SpanFields;
  /** The parent is what somebody outside says: its ids are taken over, whether to record is decided here. */
  readonly outside?: boolean;
}

/** The `Tracer` port of contracts. */
export interface ServiceTracer {
  /** False when nothing is traced. */
  readonly on: boolean;
  /** Begins a span, which must be ended. */
  start(start: ServiceSpanStart): ServiceSpan;
  /** Calls `fn` with the span active. */
  within<T>(span: ServiceSpan, fn: () => T): T;
  /** Calls `fn` within a span of its own, which ends when the promise settles. */
  span<T>(start: ServiceSpanStart, fn: (span: ServiceSpan) => Promise<T>): Promise<T>;
  /** The `traceparent` of the active span. */
  current(): string | undefined;
  /** Sends what has not been sent yet; resolves after `withinMs` (two seconds at most, and by default). Never throws. */
  flush(withinMs?: number): Promise<void>;
}

const nothing = (): void => undefined;
const NO_SPAN: ServiceSpan = { traceparent: undefined, set: nothing, link: nothing, fail: nothing, end: nothing };

/** Traces nothing: what a service has when no endpoint is set. */
export const offTracer: ServiceTracer = {
  on: false,
  start: () => NO_SPAN,
  within: (_span, fn) => fn(),
  span: (_start, fn) => fn(NO_SPAN),
  current: nothing as () => undefined,
  flush: () => Promise.resolve(),
};

/** The trace id in a `traceparent`. */
export function traceIdIn(traceparent: string | undefined): string | undefined {
  return traceparent?.slice(3, 35);
}
