import type { Metrics } from './metrics.ts';

/** A commit that is on disk. */
export interface MeasuredCommit {
  readonly bytes: number;
  readonly ms: number;
  readonly resent: number;
}

/** Measures how a service writes to the log: give what comes to `onStored` of its connection. */
export function measureCommits(metrics: Metrics): (stored: MeasuredCommit) => void {
  const seconds = metrics.histogram({
    name: 'colloquy_append_seconds',
    help: 'From the first sending of a commit until the broker said that it is on disk',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
  });
  const bytes = metrics.histogram({
    name: 'colloquy_commit_bytes',
    help: 'Size of a commit on the log; the largest possible is 524288',
    buckets: [256, 512, 1024, 2048, 4096, 16_384, 65_536, 262_144, 524_288],
  });
  const resent = metrics.counter({
    name: 'colloquy_append_resends_total',
    help: 'Times that a commit was sent again since no answer had come',
  });
  return (stored) => {
    seconds.observe(stored.ms / 1000);
    bytes.observe(stored.bytes);
    if (stored.resent > 0) resent.inc(stored.resent);
  };
}

/** Counts how often the connection to the broker was lost and came back. */
export function countReconnects(metrics: Metrics, broker: { onReconnect(fn: () => void): unknown }): void {
  const reconnects = metrics.counter({
    name: 'colloquy_broker_reconnects_total',
    help: 'Times that the connection to NATS was lost and came back',
  });
  broker.onReconnect(() => {
    reconnects.inc();
  });
}
