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
  const connections = metrics.counter({
    name: 'colloquy_connections_total',
    help: 'Clients that have connected, by how',
    labels: ['kind'],
  });
  const sent = metrics.counter({
    name: 'colloquy_commits_sent_total',
    help: 'Commits that went live to those who watch their chat; each once, however many watch',
  });
  const delays = metrics.histogram({
    name: 'colloquy_live_delay_seconds',
    help: 'From an event to its sending to the screens, by the clocks of two services',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30],
  });
  return {
    connected: (kind) => connections.inc({ kind }),
    sent: (delayMs) => {
      sent.inc();
      if (delayMs !== undefined && Number.isFinite(delayMs)) delays.observe(Math.max(0, delayMs) / 1000);
    },
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

/** What is asked when somebody looks. */
export interface WatchedClients {
  readonly counts: { readonly socket: number; readonly sse: number };
  readonly streams: { readonly size: number; readonly holds: number };
}

/** Says on `/metrics` who is connected and what is watched. */
export function watchClients(metrics: Metrics, clients: WatchedClients): void {
  metrics.gauge({
    name: 'colloquy_sockets',
    help: 'Connected clients, by how',
    labels: ['kind'],
    collect: (gauge) => {
      const { socket, sse } = clients.counts;
      gauge.set({ kind: 'socket' }, socket);
      gauge.set({ kind: 'sse' }, sse);
    },
  });
  metrics.gauge({
    name: 'colloquy_open_chats',
    help: 'Chats that somebody watches here',
    collect: (gauge) => gauge.set(clients.streams.size),
  });
  metrics.gauge({
    name: 'colloquy_subscriptions',
    help: 'Viewers of chats here, counted for each chat that they watch',
    collect: (gauge) => gauge.set(clients.streams.holds),
  });
}
