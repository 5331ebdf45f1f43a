import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span, SpanAttributes, SpanStart, Tracer } from '@colloquy/contracts';

/** A span that was begun. */
export interface RecordedSpan {
  readonly name: string;
  readonly traceparent: string;
  readonly parent: string | undefined;
  readonly links: string[];
  attributes: SpanAttributes;
  failed: boolean;
  ended: boolean;
}

/** A tracer that keeps what it is told, with ids that count: the same run gives the same spans. */
export class RecordingTracer implements Tracer {
  readonly on = true;
  readonly spans: RecordedSpan[] = [];
  readonly #active = new AsyncLocalStorage<Span>();
  #traces = 0;

  start({ name, parent, links = [], attributes = {} }: SpanStart): Span {
    const above = parent ?? this.current();
    const traceId = above?.split('-')[1] ?? String((this.#traces += 1)).padStart(32, '0');
    const spanId = String(this.spans.length + 1).padStart(16, '0');
    const recorded: RecordedSpan = {
      name,
      traceparent: `00-${traceId}-${spanId}-01`,
      parent: above,
      links: links.filter((link) => link !== undefined),
      attributes,
      failed: false,
      ended: false,
    };
    this.spans.push(recorded);
    return {
      traceparent: recorded.traceparent,
      set: (more) => void (recorded.attributes = { ...recorded.attributes, ...more }),
      link: (traceparent) => {
        if (traceparent !== undefined) recorded.links.push(traceparent);
      },
      fail: () => void (recorded.failed = true),
      end: () => void (recorded.ended = true),
    };
  }

  within<T>(span: Span, fn: () => T): T {
    return this.#active.run(span, fn);
  }

  async span<T>(start: SpanStart, fn: (span: Span) => Promise<T>): Promise<T> {
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

  /** The spans of that name. */
  named(name: string): RecordedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }
}
