import type { LogConsumer } from '@colloquy/messaging';
import type { Metrics } from '@colloquy/service';

/** What is counted. */
export interface Meters {
  logged(events: number): void;
}

/** The event logger's measures on `/metrics`. */
export function createMeters(metrics: Metrics, consumer: Pick<LogConsumer, 'lag'>): Meters {
  const logged = metrics.counter({ name: 'colloquy_events_logged_total', help: 'Events that were written as a line' });
  metrics.gauge({
    name: 'colloquy_event_logger_lag_commits',
    help: 'Commits on the log that are not written yet; every instance says the same: use max; -1 when the broker does not say',
    collect: async (gauge) => gauge.set(await consumer.lag().catch(() => -1)),
  });
  return { logged: (events) => logged.inc(events) };
}
