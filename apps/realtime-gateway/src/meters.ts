import type { Metrics } from '@colloquy/service';
import type { Meters } from './ports.ts';

/** The gateway's counters on `/metrics`. */
export function createMeters(metrics: Metrics): Meters {
  const replays = metrics.counter({
    name: 'colloquy_replays_total',
    help: 'Subscriptions that were served from a cursor',
  });
  const replayed = metrics.counter({ name: 'colloquy_replayed_commits_total', help: 'Commits sent by replays' });
  const gaps = metrics.counter({
    name: 'colloquy_live_gaps_total',
    help: 'Times that live messages were missing and read from the log',
  });
  const lagging = metrics.counter({
    name: 'colloquy_viewers_behind_total',
    help: 'Times that a viewer was taken out because it was behind',
  });
  const dropped = metrics.counter({
    name: 'colloquy_viewers_dropped_total',
    help: 'Viewers that were too slow for too long',
  });
  const resets = metrics.counter({ name: 'colloquy_resets_total', help: 'Subscriptions that were told to reload' });
  return {
    replay: (commits) => {
      replays.inc();
      replayed.inc(commits);
    },
    gap: () => gaps.inc(),
    lagging: () => lagging.inc(),
    dropped: () => dropped.inc(),
    reset: () => resets.inc(),
  };
}
