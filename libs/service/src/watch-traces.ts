import type { Logger } from './create-logger.ts';
import type { Metrics } from './metrics.ts';

/** A batch of spans that was sent, or given up with an error. */
export interface ExportedSpans {
  readonly spans: number;
  readonly error?: Error | undefined;
}

/** The counter of spans, by what became of them. */
export function createSpanMeter(metrics: Metrics) {
  return metrics.counter({
    name: 'colloquy_spans_exported_total',
    help: 'Spans that the collector took (sent), or that were given up (failed)',
    labels: ['outcome'],
  });
}

/** Counts spans, and says in the log when the collector begins to fail and when it takes spans again: not each time. */
export function watchTraces(
  metrics: Metrics,
  logger: Pick<Logger, 'warn' | 'info'>,
): (exported: ExportedSpans) => void {
  const counter = createSpanMeter(metrics);
  let failing = false;
  let lost = 0;
  return ({ spans, error }) => {
    counter.inc({ outcome: error === undefined ? 'sent' : 'failed' }, spans);
    if (error !== undefined) {
      lost += spans;
      if (!failing) logger.warn({ err: error }, 'the collector of traces does not take spans; they are dropped');
    } else if (failing) {
      logger.info({ lost }, 'the collector of traces takes spans again');
      lost = 0;
    }
    failing = error !== undefined;
  };
}
