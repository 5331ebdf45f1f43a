import { messageAttributes, spanOf, type Span, type Tracer } from '@colloquy/contracts';
import type { StoredCommit } from '@colloquy/messaging';
import type { Viewer } from './ports.ts';

/** The spans of commits on their way to the screens: from their coming until they are sent, below who appended them. */
export class PushSpans {
  readonly #tracer: Tracer | undefined;
  #open: Span[] = [];

  constructor(tracer: Tracer | undefined) {
    this.#tracer = tracer;
  }

  /** A commit has come. */
  begin({ commit, streamSeq, traceparent }: StoredCommit): void {
    if (this.#tracer === undefined || traceparent === undefined) return;
    const attributes = {
      ...messageAttributes('chat.{chatId}', 'process'),
      'colloquy.chat.id': commit.chatId,
      'colloquy.seq': commit.events.at(-1)?.seq,
      'colloquy.stream_seq': streamSeq,
    };
    this.#open.push(this.#tracer.start({ ...spanOf('push chat.{chatId}'), parent: traceparent, attributes }));
  }

  /** All that have come were sent to these viewers. */
  end(viewers: ReadonlySet<Viewer>): void {
    if (this.#open.length === 0) return;
    let sse = 0;
    for (const { kind } of viewers) if (kind === 'sse') sse += 1;
    const attributes = { 'colloquy.viewers.sse': sse, 'colloquy.viewers.sockets': viewers.size - sse };
    for (const span of this.#open) {
      span.set(attributes);
      span.end();
    }
    this.#open = [];
  }
}
