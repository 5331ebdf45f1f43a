import type { LogConsumer } from '@colloquy/messaging';
import type { Metrics } from '@colloquy/service';
import type { Meters } from './ports.ts';

/** The projection's measures on `/metrics`. */
export function createMeters(metrics: Metrics): Meters {
  const batches = metrics.histogram({
    name: 'colloquy_projection_batch_commits',
    help: 'Commits in a batch',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  });
  const seconds = metrics.histogram({
    name: 'colloquy_projection_batch_seconds',
    help: 'Time to write a batch',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  });
  const delay = metrics.histogram({
    name: 'colloquy_projection_delay_seconds',
    help: 'From an event to its place in MongoDB',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120],
  });
  const parked = metrics.counter({ name: 'colloquy_projection_parked_total', help: 'Commits that were given up' });
  const filled = metrics.counter({ name: 'colloquy_projection_gaps_filled_total', help: 'Holes that were filled' });
  const outages = metrics.counter({ name: 'colloquy_projection_outages_total', help: 'Times that MongoDB went away' });
  const erased = metrics.counter({ name: 'colloquy_chats_erased_total', help: 'Deleted chats that are gone for good' });
  return {
    batch: (commits, ms) => {
      batches.observe(commits);
      seconds.observe(ms / 1000);
    },
    written: (ms) => delay.observe(ms / 1000),
    parked: (commits) => parked.inc(commits),
    filled: () => filled.inc(),
    outage: () => outages.inc(),
    erased: () => erased.inc(),
  };
}

/** What is measured of sweeping files. */
export interface SweepMeters {
  readonly swept: (files: number) => void;
  readonly failed: () => void;
}

/** The sweeper's measures on `/metrics`. */
export function createSweepMeters(metrics: Metrics): SweepMeters {
  const sweeps = metrics.counter({
    name: 'colloquy_file_sweeps_total',
    help: 'Sweeps of files that came to their end',
  });
  const failed = metrics.counter({ name: 'colloquy_file_sweeps_failed_total', help: 'Sweeps of files that broke off' });
  const gone = metrics.counter({
    name: 'colloquy_files_swept_total',
    help: 'Files and pieces of files that sweeps have erased',
  });
  return {
    swept: (files) => {
      sweeps.inc();
      gone.inc(files);
    },
    failed: () => failed.inc(),
  };
}

/** Says on `/metrics` how far the projection is behind the log. */
export function watchLag(metrics: Metrics, consumer: Pick<LogConsumer, 'lag' | 'lagMs'>): void {
  const same = 'every instance says the same: use max; -1 when the broker does not say';
  metrics.gauge({
    name: 'colloquy_projection_lag_commits',
    help: `Commits on the log that are not in MongoDB yet; ${same}`,
    collect: async (gauge) => gauge.set(await consumer.lag().catch(() => -1)),
  });
  metrics.gauge({
    name: 'colloquy_projection_lag_seconds',
    help: `How long the oldest commit that is not in MongoDB yet has been waiting; ${same}`,
    collect: async (gauge) =>
      gauge.set(
        await consumer.lagMs().then(
          (ms) => ms / 1000,
          () => -1,
        ),
      ),
  });
}
