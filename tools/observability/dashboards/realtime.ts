import { quantiles, rate, type Dashboard } from '../panel.ts';

/** What reaches screens. */
export const realtime: Dashboard = {
  name: 'realtime',
  title: 'realtime',
  description: 'Who is connected, what they watch, what they missed, who was too slow.',
  rows: [
    {
      title: 'Who',
      panels: [
        {
          title: 'Clients',
          description: 'Connected, by how; all gateways together.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'sum by (kind) (colloquy_sockets)', legend: '{{kind}}' }],
        },
        {
          title: 'Clients by gateway',
          description: 'Whether they are shared out. A new gateway fills slowly: clients stay where they are.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'sum by (instance) (colloquy_sockets)', legend: '{{instance}}' }],
        },
        {
          title: 'New connections',
          description: 'A second. A deploy of the gateways makes a hill, spread over the drain.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_connections_total', ['kind']), legend: '{{kind}}' }],
        },
        {
          title: 'What is watched',
          description: 'Chats that are open, and viewers of them.',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: 'sum(colloquy_open_chats)', legend: 'chats' },
            { expr: 'sum(colloquy_subscriptions)', legend: 'viewers' },
          ],
        },
        {
          title: 'Through the edge',
          description:
            'WebSockets and event streams that the edge carries. None where an Ingress or a Gateway does its work.',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: 'sum(colloquy_edge_websockets)', legend: 'websockets' },
            { expr: 'sum(colloquy_edge_event_streams)', legend: 'event streams' },
          ],
        },
        {
          title: 'Open files of a gateway',
          description: 'Share of the limit of open files. Each client takes one.',
          kind: 'timeseries',
          unit: 'percentunit',
          queries: [
            {
              expr: 'max by (instance) (process_open_fds{service=~"realtime-gateway|edge"} / process_max_fds{service=~"realtime-gateway|edge"})',
              legend: '{{instance}}',
            },
          ],
          thresholds: { warn: 0.6, bad: 0.8 },
        },
      ],
    },
    {
      title: 'What they get',
      panels: [
        {
          title: 'From an event to the screens',
          description: 'Until it is sent to all who watch its chat.',
          kind: 'timeseries',
          unit: 's',
          queries: quantiles('colloquy_live_delay_seconds'),
          thresholds: { warn: 0.5, bad: 2 },
        },
        {
          title: 'Commits sent live',
          description: 'A second, each counted once however many watch.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_commits_sent_total'), legend: 'commits' }],
        },
        {
          title: 'Replays',
          description:
            'Subscriptions served from a cursor, and the commits that took. Both rise when clients come back.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            { expr: rate('colloquy_replays_total'), legend: 'subscriptions' },
            { expr: rate('colloquy_replayed_commits_total'), legend: 'commits' },
          ],
        },
      ],
    },
    {
      title: 'What goes wrong',
      panels: [
        {
          title: 'Slow clients',
          description: 'Taken out because they were behind; dropped after 30 s of that.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            { expr: rate('colloquy_viewers_behind_total'), legend: 'behind' },
            { expr: rate('colloquy_viewers_dropped_total'), legend: 'dropped' },
          ],
        },
        {
          title: 'Gaps and resets',
          description: 'Live messages that were missing and were read from the log; clients that were told to reload.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            { expr: rate('colloquy_live_gaps_total'), legend: 'gaps' },
            { expr: rate('colloquy_resets_total'), legend: 'resets' },
          ],
        },
        {
          title: 'Instances that failed the edge',
          description: 'Not reached, or silent; another one was asked.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_edge_failures_total', ['to', 'how']), legend: '{{to}}: {{how}}' }],
        },
      ],
    },
  ],
};
