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
