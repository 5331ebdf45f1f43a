import { messageAttributes, noTracer, spanOf, type ChatEvent, type Clock, type Tracer } from '@colloquy/contracts';
import type { LogConsumer, LogDelivery, Subscription } from '@colloquy/messaging';
import type { Meters } from './meters.ts';
import { logEvent, type EventLog } from './log-event.ts';

/** What is read, by the name of its durable on the log, and the function that takes each event. */
export const subscriptions = { 'event-logger': logEvent } as const;

/** What reading works with. */
export interface ReadingParts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly meters: Meters;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer;
}

/** Gives every event of the log to `take`, until it is closed. */
export function readEvents(consumer: LogConsumer, take: typeof logEvent, parts: ReadingParts): Subscription {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pull = () =>
    consumer.pull({ count: 256, waitMs: 50, signal }).catch(async (error: unknown) => {
      if (!signal.aborted) parts.log.info({ err: error }, 'the log could not be pulled; trying again');
      await parts.clock.sleep(1000, signal).catch(() => undefined);
      return [];
    });
  const running = (async () => {
    while (!signal.aborted) {
      for (const delivery of await pull()) {
        traced(parts.tracer ?? noTracer, delivery, (event) => take(parts.log, delivery.commit.chatId, event));
        parts.meters.logged(delivery.commit.events.length);
        delivery.ack();
      }
    }
  })();
  return { close: () => (stopping.abort(new Error('closed')), running) };
}

/** Takes the events of a commit within a span, below who appended it. */
function traced(
  tracer: Tracer,
  { commit, traceparent, streamSeq }: LogDelivery,
  take: (event: ChatEvent) => void,
): void {
  if (traceparent === undefined) {
    commit.events.forEach(take);
    return;
  }
  const span = tracer.start({
    ...spanOf('log chat.{chatId}'),
    parent: traceparent,
    attributes: {
      ...messageAttributes('chat.{chatId}', 'process'),
      'colloquy.chat.id': commit.chatId,
      'colloquy.stream_seq': streamSeq,
    },
  });
  tracer.within(span, () => commit.events.forEach(take));
  span.end();
}
