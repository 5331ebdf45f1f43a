import type { Clock } from '@colloquy/contracts';
import type { LogConsumer, Subscription } from '@colloquy/messaging';
import { logEvent, type EventLog } from './log-event.ts';

/** What is read, by the name of its durable on the log, and the function that takes each event. */
export const subscriptions = { 'event-logger': logEvent } as const;

/** Gives every event of the log to `take`, until it is closed. */
export function readEvents(
  consumer: LogConsumer,
  take: typeof logEvent,
  parts: { log: EventLog; clock: Clock },
): Subscription {
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
        for (const event of delivery.commit.events) take(parts.log, delivery.commit.chatId, event);
        delivery.ack();
      }
    }
  })();
  return { close: () => (stopping.abort(new Error('closed')), running) };
}
