/**
 * The tracer on OpenTelemetry. Loaded only when an endpoint is set. Nothing is registered globally and nothing is patched:
 * spans are begun by our own code, at the arrows of the flow.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import { errorCode } from './error-code.ts';
import { OUTSIDE, samplerOf } from './trace-sampler.ts';
import type { TraceSettings } from './trace-settings.ts';
import type { ServiceSpan, ServiceSpanStart, ServiceTracer, SpanFields } from './tracer.ts';
import type { ExportedSpans } from './watch-traces.ts';

/** What a tracer is made of. */
export interface OtelTracerParts {
  readonly settings: TraceSettings;
  /** Resolves after so many ms; rejects when the signal is aborted before. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of each batch that was sent or given up. */
  readonly onExport?: (exported: ExportedSpans) => void;
  /** Where spans go instead of to the endpoint. For tests. */
  readonly exporter?: SpanExporter;
}

/** A process that is killed loses the spans of this time at most, in ms. */
const SEND_EVERY_MS = 1000;
/** Spans that wait to be sent: what comes beyond is dropped, never waited for. */
const MOST_WAITING = 8192;
const SEND_MS = 5000;
const FLUSH_MS = 2000;

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Only version 00 is known; of a later one its first four fields mean the same. An id of zeros names nothing. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

function contextIn(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags ?? '0', 16) & 1, isRemote: true };
}

const linkTo = (traceparent: string | undefined): Link[] => {
  const context = contextIn(traceparent);
  return context ? [{ context }] : [];
};

class OtelSpan implements ServiceSpan {
  readonly span: Span;
  readonly traceparent: string;

  constructor(span: Span) {
    this.span = span;
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceparent = `00-${traceId}-${spanId}-0${String(traceFlags & 1)}`;
  }

  set(attributes: SpanFields): void {
    if (!this.span.isRecording()) return;
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) this.span.setAttribute(name, typeof value === 'object' ? [...value] : value);
    }
  }

  link(traceparent: string | undefined): void {
    this.span.addLinks(linkTo(traceparent));
  }

  fail(error: unknown): void {
    this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.setAttribute('error.type', errorCode(error) ?? (error instanceof Error ? error.name : typeof error));
  }

  end(): void {
    if (this.span.isRecording()) this.span.end();
  }
}

class OtelTracer implements ServiceTracer {
  readonly on = true;
  readonly #tracer: Tracer;
  readonly #active = new AsyncLocalStorage<ServiceSpan>();
  readonly #close: (withinMs: number) => Promise<void>;

  constructor(tracer: Tracer, close: (withinMs: number) => Promise<void>) {
    this.#tracer = tracer;
    this.#close = close;
  }

  start(start: ServiceSpanStart): ServiceSpan {
    const options = { kind: KINDS[start.kind ?? 'internal'], links: (start.links ?? []).flatMap(linkTo) };
    const span = new OtelSpan(this.#tracer.startSpan(start.name, options, this.#contextOf(start)));
    if (start.attributes) span.set(start.attributes);
    return span;
  }

  within<T>(span: ServiceSpan, fn: () => T): T {
    return this.#active.run(span, fn);
  }

  async span<T>(start: ServiceSpanStart, fn: (span: ServiceSpan) => Promise<T>): Promise<T> {
    const span = this.start(start);
    try {
      return await this.within(span, () => fn(span));
    } catch (error) {
      span.fail(error);
      throw error;
    } finally {
      span.end();
    }
  }

  current(): string | undefined {
    return this.#active.getStore()?.traceparent;
  }

  flush(withinMs: number = FLUSH_MS): Promise<void> {
    return this.#close(Math.min(withinMs, FLUSH_MS));
  }

  #contextOf({ parent, outside }: ServiceSpanStart): Context {
    const given = contextIn(parent);
    if (given) {
      const context = trace.setSpanContext(ROOT_CONTEXT, given);
      return outside === true ? context.setValue(OUTSIDE, true) : context;
    }
    const active = this.#active.getStore();
    return active instanceof OtelSpan ? trace.setSpan(ROOT_CONTEXT, active.span) : ROOT_CONTEXT;
  }
}

/** Says what became of each batch: the batch processor itself keeps that to itself. */
function reporting(exporter: SpanExporter, onExport: (exported: ExportedSpans) => void): SpanExporter {
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        // Its enumeration is not exported by what we depend on: 0 is success.
        const failed = String(result.code) !== '0';
        onExport({
          spans: spans.length,
          ...(failed ? { error: result.error ?? new Error('no reason was given') } : {}),
        });
        done(result);
      });
    },
    ...(exporter.forceFlush ? { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() } : {}),
    shutdown: () => exporter.shutdown(),
  };
}

/** A tracer that sends its spans to the endpoint of the settings, in batches, as OTLP over HTTP. */
export function createOtelTracer({ settings, sleep, exporter, onExport }: OtelTracerParts): ServiceTracer {
  const sending = exporter ?? new OTLPTraceExporter({ url: settings.url, timeoutMillis: SEND_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ ...settings.resource }),
    sampler: samplerOf(settings),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: onExport ? reporting(sending, onExport) : sending,
        scheduledDelayMillis: SEND_EVERY_MS,
        maxQueueSize: MOST_WAITING,
        exportTimeoutMillis: SEND_MS,
      }),
    ],
  });
  // A collector that is away must not make a drain take longer, or fail.
  const close = async (withinMs: number): Promise<void> => {
    const done = new AbortController();
    const closed = provider.shutdown().catch(() => undefined);
    await Promise.race([closed, sleep(withinMs, done.signal).catch(() => undefined)]);
    done.abort();
  };
  return new OtelTracer(provider.getTracer('colloquy'), close);
}
