import { quantile, quantiles, rate, type Dashboard } from '../panel.ts';

/** The log, and what is made of it. */
export const log: Dashboard = {
  name: 'log',
  title: 'log and projections',
  description: 'How fast and how much is written to the log, and how far MongoDB and other consumers are behind it.',
  rows: [
    {
      title: 'The log',
      panels: [
        {
          title: 'Appends',
          description: 'From the sending of a commit until it is on disk. Every word of an answer waits for this.',
          kind: 'timeseries',
          unit: 's',
          queries: quantiles('colloquy_append_seconds'),
          thresholds: { warn: 0.1, bad: 1 },
        },
        {
          title: 'Commits',
          description: 'A second, by the service that writes them.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_append_seconds_count', ['service']), legend: '{{service}}' }],
        },
        {
          title: 'Bytes',
          description: 'Written to the log a second, before copies.',
          kind: 'timeseries',
          unit: 'bytes',
          queries: [{ expr: rate('colloquy_commit_bytes_sum'), legend: 'bytes' }],
        },
        {
          title: 'Size of commits',
          description: '512 KiB is the limit; what would be larger is cut, and marked.',
          kind: 'timeseries',
          unit: 'bytes',
          queries: quantiles('colloquy_commit_bytes'),
        },
        {
          title: 'NATS is in trouble',
          description: 'Commits sent again for want of an answer, connections lost and made again; a second.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            { expr: rate('colloquy_append_resends_total'), legend: 'sent again' },
            { expr: rate('colloquy_broker_reconnects_total'), legend: 'reconnected' },
          ],
        },
        {
          title: 'NATS servers',
          description:
            'Processes that Prometheus reaches at the exporters of NATS; see compose/observability.yml and the component monitoring-nats.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'sum(up{job=~"(.+/)?nats"})', legend: 'up' }],
        },
      ],
    },
    {
      title: 'Into MongoDB',
      panels: [
        {
          title: 'Seconds behind',
          description: 'How long the oldest commit waits that is not in MongoDB.',
          kind: 'timeseries',
          unit: 's',
          queries: [{ expr: 'max(colloquy_projection_lag_seconds)', legend: 'behind' }],
          thresholds: { warn: 10, bad: 60 },
        },
        {
          title: 'Commits behind',
          description: 'What KEDA scales persistence on.',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: 'max(colloquy_projection_lag_commits)', legend: 'persistence' },
            { expr: 'max(colloquy_event_logger_lag_commits)', legend: 'event-logger' },
          ],
          thresholds: { warn: 1000, bad: 10_000 },
        },
        {
          title: 'From an event to MongoDB',
          description: 'How long it took for those that are there.',
          kind: 'timeseries',
          unit: 's',
          queries: quantiles('colloquy_projection_delay_seconds'),
          thresholds: { warn: 1, bad: 30 },
        },
        {
          title: 'Events written',
          description: 'A second: into MongoDB, and as lines by the event logger.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            { expr: rate('colloquy_projection_delay_seconds_count'), legend: 'MongoDB' },
            { expr: rate('colloquy_events_logged_total'), legend: 'event-logger' },
          ],
        },
        {
          title: 'Batches',
          description: 'How long a batch takes to write, 95 %.',
          kind: 'timeseries',
          unit: 's',
          queries: [{ expr: quantile(0.95, 'colloquy_projection_batch_seconds'), legend: 'seconds' }],
        },
        {
          title: 'Commits of a batch',
          description: '256 is the most: batches that are full mean that persistence is at its limit.',
          kind: 'timeseries',
          unit: 'short',
          queries: quantiles('colloquy_projection_batch_commits'),
          thresholds: { warn: 128, bad: 256 },
        },
      ],
    },
    {
      title: 'What goes wrong',
      panels: [
        {
          title: 'Parked',
          description: 'Waiting for an operator: npm run ops -- parked list.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'max by (consumer) (colloquy_parked_messages)', legend: '{{consumer}}' }],
          thresholds: { warn: 1, bad: 10 },
        },
        {
          title: 'Holes, outages, commits given up',
          description:
            'Holes that were filled from the log, times that MongoDB went away, commits that were parked; a second.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            { expr: rate('colloquy_projection_gaps_filled_total'), legend: 'holes filled' },
            { expr: rate('colloquy_projection_outages_total'), legend: 'outages' },
            { expr: rate('colloquy_projection_parked_total'), legend: 'given up' },
          ],
        },
        {
          title: 'Chats erased',
          description: 'Deleted chats that are gone for good, a second.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_chats_erased_total'), legend: 'erased' }],
        },
      ],
    },
  ],
};
