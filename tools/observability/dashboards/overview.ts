import { SLOW_DRAIN } from '../alerts.ts';
import { quantile, quantiles, rate, type Dashboard } from '../panel.ts';

/** Whether all is well, at one look. */
export const overview: Dashboard = {
  name: 'overview',
  title: 'overview',
  description: 'Whether all is well: what people wait for, what waits, what is down.',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Instances not ready',
          description: 'Instances whose /readyz says no: they start, drain, or miss NATS or MongoDB.',
          kind: 'stat',
          unit: 'short',
          queries: [{ expr: 'count(colloquy_ready) - sum(colloquy_ready)', legend: 'not ready' }],
          thresholds: { warn: 1, bad: 2 },
        },
        {
          title: 'Runs going on',
          description: 'Runs that orchestrators hold now.',
          kind: 'stat',
          unit: 'short',
          queries: [{ expr: 'sum(colloquy_runs_active)', legend: 'runs' }],
        },
        {
          title: 'Runs that wait',
          description: 'Tickets without an orchestrator: what KEDA scales on, less what is being worked on.',
          kind: 'stat',
          unit: 'short',
          queries: [{ expr: 'clamp_min(max(colloquy_runs_wanted) - sum(colloquy_runs_active), 0)', legend: 'waiting' }],
          thresholds: { warn: 10, bad: 100 },
        },
        {
          title: 'Clients',
          description: 'Connected sockets and event streams.',
          kind: 'stat',
          unit: 'short',
          queries: [{ expr: 'sum(colloquy_sockets)', legend: 'clients' }],
        },
        {
          title: 'Parked messages',
          description: 'What consumers gave up on; anything above 0 waits for an operator.',
          kind: 'stat',
          unit: 'short',
          queries: [{ expr: 'sum(max by (consumer) (colloquy_parked_messages))', legend: 'parked' }],
          thresholds: { warn: 1, bad: 10 },
        },
        {
          title: 'Cost an hour',
          description: 'What model calls cost at the pace of the last minutes. Calls without a price are not in it.',
          kind: 'stat',
          unit: 'currencyUSD',
          queries: [{ expr: `3600 * ${rate('colloquy_model_cost_usd_total')}`, legend: 'an hour' }],
        },
      ],
    },
    {
      title: 'What people notice',
      panels: [
        {
          title: 'First words of an answer',
          description:
            'The wait for an orchestrator, what we add before the first model call, and the model itself; 95 %.',
          kind: 'timeseries',
          unit: 's',
          queries: [
            { expr: quantile(0.95, 'colloquy_run_wait_seconds'), legend: 'waiting for an orchestrator' },
            { expr: quantile(0.95, 'colloquy_first_token_overhead_seconds'), legend: 'before the first model call' },
            { expr: quantile(0.95, 'colloquy_model_first_token_seconds'), legend: 'the model' },
          ],
          thresholds: { warn: 2, bad: 5 },
        },
        {
          title: 'From an event to the screens',
          description: 'From the moment an event is made until it is sent to all who watch its chat.',
          kind: 'timeseries',
          unit: 's',
          queries: quantiles('colloquy_live_delay_seconds'),
          thresholds: { warn: 0.5, bad: 2 },
        },
        {
          title: 'Time of API requests',
          description: '95 % of the requests by service. Event streams count from their end, so they are left out.',
          kind: 'timeseries',
          unit: 's',
          queries: [
            {
              expr: quantile(0.95, 'colloquy_http_request_seconds{route!~"/live.*"}', ['service']),
              legend: '{{service}}',
            },
          ],
          thresholds: { warn: 0.5, bad: 2 },
        },
        {
          title: 'API requests',
          description: 'Requests a second at the API gateways, by status.',
          kind: 'timeseries',
          unit: 'reqps',
          queries: [
            {
              expr: rate('colloquy_http_request_seconds_count{service="api-gateway"}', ['status']),
              legend: '{{status}}',
            },
          ],
        },
        {
          title: 'How runs end',
          description: 'Runs that end a second, by how. Failed ones are for the dashboard of runs.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_runs_ended_total', ['end']), legend: '{{end}}' }],
        },
        {
          title: 'Behind the log',
          description:
            'How long the oldest commit waits that is not in MongoDB. Lists and history are that old; screens are not.',
          kind: 'timeseries',
          unit: 's',
          queries: [{ expr: 'max(colloquy_projection_lag_seconds)', legend: 'projection' }],
          thresholds: { warn: 10, bad: 60 },
        },
      ],
    },
    {
      title: 'The services',
      panels: [
        {
          title: 'Ready instances',
          description: 'Instances that take work, by service.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'sum by (service) (colloquy_ready)', legend: '{{service}}' }],
        },
        {
          title: 'Checks that fail',
          description: 'What /readyz of the instances complains of: nats, mongodb.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'sum by (service, check) (colloquy_check_failing)', legend: '{{service}}: {{check}}' }],
          thresholds: { warn: 1, bad: 2 },
        },
        {
          title: 'Event loop lag',
          description:
            'How late timers are, 99 %, the worst instance of each service. Above half a second an instance has too much to do.',
          kind: 'timeseries',
          unit: 's',
          queries: [{ expr: 'max by (service) (nodejs_eventloop_lag_p99_seconds)', legend: '{{service}}' }],
          thresholds: { warn: 0.1, bad: 0.5 },
        },
        {
          title: 'Processor',
          description: 'Cores in use by service, all instances together.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: rate('process_cpu_seconds_total', ['service']), legend: '{{service}}' }],
        },
        {
          title: 'Memory',
          description: 'Resident memory of the largest instance of each service; hold it against its limit.',
          kind: 'timeseries',
          unit: 'bytes',
          queries: [{ expr: 'max by (service) (process_resident_memory_bytes)', legend: '{{service}}' }],
        },
        {
          title: 'Draining',
          description:
            'How much of its DRAIN_MS an instance has used, the slowest of each service. What needs more is killed in its work.',
          kind: 'timeseries',
          unit: 'percentunit',
          queries: [
            {
              expr: 'max by (service) (colloquy_drain_seconds / colloquy_drain_limit_seconds)',
              legend: '{{service}}',
            },
          ],
          thresholds: { warn: 0.7, bad: SLOW_DRAIN },
        },
        {
          title: 'Spans of traces',
          description:
            'Sent to the collector, and given up since it did not take them; a second. Nothing where nothing is traced.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_spans_exported_total', ['outcome']), legend: '{{outcome}}' }],
        },
      ],
    },
  ],
};
