/**
 * Spans enter our code through this port, like time and ids: what runs below a service knows what it does and what caused
 * it, and nothing of who collects it. The trace context travels as text, W3C `traceparent`, in headers.
 */

/** What a span is to the spans around it; OpenTelemetry's kinds. */
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** Every span that our code begins, and its kind. What stands in braces at the end of a name may be filled in. */
export const SPANS = {
  'append chat.{chatId}': 'producer',
  'send command.{chatId}': 'producer',
  'send run.{chatId}': 'producer',
  'ask owner.{chatId}': 'client',
  'answer owner.{chatId}': 'server',
  'process command.{chatId}': 'consumer',
  'process run.{chatId}': 'consumer',
  'run {workflow}': 'internal',
  'step {kind}': 'internal',
  'chat {model}': 'client',
  'execute_tool {tool}': 'internal',
  'project chat.{chatId}': 'consumer',
  'log chat.{chatId}': 'consumer',
  'push chat.{chatId}': 'consumer',
  'push live.user.{ownerKey}': 'consumer',
} as const satisfies Readonly<Record<string, SpanKind>>;

/** The name of a span, its variable part in braces. */
export type SpanName = keyof typeof SPANS;

/** Everything that our spans say. No name here is for what a person, a model or a tool has written. */
export const SPAN_ATTRIBUTES = [
  'colloquy.aborted',
  'colloquy.attempt',
  'colloquy.chat.id',
  'colloquy.command',
  'colloquy.command.id',
  'colloquy.cost_micro_usd',
  'colloquy.delivery_count',
  'colloquy.events',
  'colloquy.first_token_ms',
  'colloquy.outcome',
  'colloquy.purpose',
  'colloquy.request',
  'colloquy.run.id',
  'colloquy.seq',
  'colloquy.stream_seq',
  'colloquy.viewers.sockets',
  'colloquy.viewers.sse',
  'colloquy.workflow',
  'error.type',
  'gen_ai.agent.name',
  'gen_ai.operation.name',
  'gen_ai.provider.name',
  'gen_ai.request.model',
  'gen_ai.response.finish_reasons',
  'gen_ai.response.model',
  'gen_ai.tool.call.id',
  'gen_ai.tool.name',
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'messaging.batch.message_count',
  'messaging.destination.template',
  'messaging.operation.type',
  'messaging.system',
] as const;

/** What is known of a span. */
export type SpanAttributes = Readonly<
  Partial<Record<(typeof SPAN_ATTRIBUTES)[number], string | number | boolean | readonly string[] | undefined>>
>;

/** How a span begins. */
export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  /** The `traceparent` of what caused it. Default: the span that is active; without one a trace begins. */
  readonly parent?: string | undefined;
  /** Contexts of what else led to it. */
  readonly links?: readonly (string | undefined)[];
  readonly attributes?: SpanAttributes;
}

/** Name and kind of a span; `variable` fills in what stands in braces at the end of its name, and must be of few values. */
export function spanOf(name: SpanName, variable?: string): Pick<SpanStart, 'name' | 'kind'> {
  return { name: variable === undefined ? name : name.replace(/\{\w+\}$/, () => variable), kind: SPANS[name] };
}

/** Attributes of a span about a message on one of our subjects. */
export function messageAttributes(template: string, operation: 'send' | 'process'): SpanAttributes {
  return {
    'messaging.system': 'nats',
    'messaging.operation.type': operation,
    'messaging.destination.template': template,
  };
}

/** Whether both contexts are of one trace. */
export function isSameTrace(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.slice(0, 35) === b.slice(0, 35);
}

/** Something that takes time. */
export interface Span {
  /** Its W3C `traceparent`, for what it causes elsewhere; undefined when nothing is traced. */
  readonly traceparent: string | undefined;
  /** Adds attributes; undefined ones are left out. */
  set(attributes: SpanAttributes): void;
  /** Adds a link to what else led to it. */
  link(traceparent: string | undefined): void;
  /** It has failed. Of the error only its name is kept, or its code: a message may quote what was said. */
  fail(error: unknown): void;
  /** It is over; called again it does nothing. */
  end(): void;
}

/** Makes spans. Every call is cheap, and next to nothing when tracing is off. */
export interface Tracer {
  /** False when nothing is traced. */
  readonly on: boolean;
  /** Begins a span, which must be ended. */
  start(start: SpanStart): Span;
  /** Calls `fn` with the span active: what begins in it, also after an await, is its child by default. */
  within<T>(span: Span, fn: () => T): T;
  /** Calls `fn` within a span of its own, which ends when the promise settles, and has failed when that rejects. */
  span<T>(start: SpanStart, fn: (span: Span) => Promise<T>): Promise<T>;
  /** The `traceparent` of the active span. */
  current(): string | undefined;
}

const nothing = (): void => undefined;
const NO_SPAN: Span = { traceparent: undefined, set: nothing, link: nothing, fail: nothing, end: nothing };

/** Traces nothing: the default everywhere. */
export const noTracer: Tracer = {
  on: false,
  start: () => NO_SPAN,
  within: (_span, fn) => fn(),
  span: (_start, fn) => fn(NO_SPAN),
  current: () => undefined,
};
