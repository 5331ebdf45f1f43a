import { messageAttributes, spanOf, type Span, type Tracer } from '@colloquy/contracts';
import type { LogDelivery } from '@colloquy/messaging';

/**
 * Writes commits of one chat within a span for each, below who appended it. Those of one batch are written together, so
 * their spans take the same time; what the writing sends on is below the newest one's.
 */
export async function traceDeliveries<T>(
  tracer: Tracer,
  deliveries: readonly LogDelivery[],
  fn: () => Promise<T>,
): Promise<T> {
  const spans = deliveries.flatMap((delivery): Span[] =>
    delivery.traceparent === undefined ? [] : [begin(tracer, delivery, deliveries.length)],
  );
  const newest = spans.at(-1);
  if (newest === undefined) return fn();
  try {
    return await tracer.within(newest, fn);
  } finally {
    for (const span of spans) span.end();
  }
}

function begin(tracer: Tracer, { commit, streamSeq, deliveryCount, traceparent }: LogDelivery, together: number): Span {
  return tracer.start({
    ...spanOf('project chat.{chatId}'),
    parent: traceparent,
    attributes: {
      ...messageAttributes('chat.{chatId}', 'process'),
      'messaging.batch.message_count': together,
      'colloquy.chat.id': commit.chatId,
      'colloquy.seq': commit.events.at(-1)?.seq,
      'colloquy.stream_seq': streamSeq,
      'colloquy.delivery_count': deliveryCount,
    },
  });
}
