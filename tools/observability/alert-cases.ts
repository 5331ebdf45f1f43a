import { fileAlertCases } from './file-alert-cases.ts';

/**
 * What makes an alert fire, as promtool writes series: a sample a minute, `_` for none. Counters with labels have none
 * before they first count, as services export them.
 */
export interface AlertCase {
  readonly alert: string;
  readonly series: Readonly<Record<string, string>>;
  /** When it must fire. */
  readonly at: string;
  /** Besides the severity. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly summary: string;
}

const one = 'service="orchestrator",instance="a:1"';
const who = { service: 'orchestrator', instance: 'a:1' };

/** Buckets of a histogram whose values all lie between two bounds. */
function between(name: string, low: string, high: string): Record<string, string> {
  return {
    [`${name}_bucket{le="${low}"}`]: '0x40',
    [`${name}_bucket{le="${high}"}`]: '0+60x40',
    [`${name}_bucket{le="+Inf"}`]: '0+60x40',
  };
}

const ready = (service: string, value: number) => ({ [`colloquy_ready{service="${service}"}`]: `${String(value)}x40` });

/** A case for every alert. */
export const alertCases: readonly AlertCase[] = [
  {
    alert: 'ColloquyServiceMissing',
    series: {
      ...ready('api-gateway', 1),
      ...ready('orchestrator', 0),
      ...ready('persistence', 1),
      ...ready('realtime-gateway', 1),
    },
    at: '3m',
    labels: { service: 'orchestrator' },
    summary: 'No instance of orchestrator is ready',
  },
  {
    alert: 'ColloquyInstanceDown',
    series: { 'up{job="chats/colloquy",instance="a:1"}': '0x10' },
    at: '3m',
    labels: { job: 'chats/colloquy', instance: 'a:1' },
    summary: 'Prometheus does not reach a:1',
  },
  {
    alert: 'ColloquyInstanceNotReady',
    series: { [`colloquy_ready{${one}}`]: '0x10' },
    at: '6m',
    labels: who,
    summary: 'orchestrator at a:1 has not been ready for 5 minutes',
  },
  {
    alert: 'ColloquyReadinessFlaps',
    series: { [`colloquy_ready{${one}}`]: '0 1 0 1 0 1 0 1 0 1' },
    at: '9m',
    labels: who,
    summary: 'orchestrator at a:1 goes in and out of readiness',
  },
  {
    alert: 'ColloquyDrainSlow',
    series: {
      [`colloquy_drain_seconds{${one}}`]: '0 54',
      [`colloquy_drain_limit_seconds{${one}}`]: '60x1',
    },
    at: '1m',
    labels: who,
    summary: 'orchestrator at a:1 has used 90% of the time that it may drain',
  },
  {
    alert: 'ColloquyRequestsFail',
    series: {
      'colloquy_http_request_seconds_count{service="api-gateway",status="503"}': '_x3 1+60x20',
      'colloquy_http_request_seconds_count{service="api-gateway",status="202"}': '_x3 9+540x20',
    },
    at: '15m',
    labels: { service: 'api-gateway' },
    summary: '10% of the requests at api-gateway fail',
  },
  {
    alert: 'ColloquyEdgeFailures',
    series: { 'colloquy_edge_failures_total{to="web",how="refused"}': '_x3 1+120x20' },
    at: '15m',
    labels: { to: 'web' },
    summary: 'The edge cannot reach instances of web',
  },
  {
    alert: 'ColloquyEventLoopLag',
    series: { [`nodejs_eventloop_lag_p99_seconds{${one}}`]: '0.7x10' },
    at: '6m',
    labels: who,
    summary: 'Timers of orchestrator at a:1 are 700ms late',
  },
  {
    alert: 'ColloquyNatsUnreachable',
    series: { [`colloquy_check_failing{check="nats",${one}}`]: '1x10' },
    at: '2m',
    labels: { service: 'orchestrator' },
    summary: 'orchestrator does not reach NATS',
  },
  {
    alert: 'ColloquyNatsNoLeader',
    series: { [`colloquy_runs_wanted{${one}}`]: '-1x10' },
    at: '3m',
    summary: 'NATS does not say how far its consumers are: a stream or a consumer has no leader',
  },
  {
    alert: 'ColloquyNatsServerDown',
    series: { 'up{job="nats",instance="nats-0:7777"}': '0x10' },
    at: '3m',
    labels: { job: 'nats', instance: 'nats-0:7777' },
    summary: 'The exporter of a NATS server, nats-0:7777, is down',
  },
  {
    alert: 'ColloquyAppendsSlow',
    series: between('colloquy_append_seconds', '1', '5'),
    at: '15m',
    summary: 'Commits take 4.96s until they are on disk',
  },
  {
    alert: 'ColloquyMongoUnreachable',
    series: { [`colloquy_check_failing{check="mongodb",${one}}`]: '1x10' },
    at: '3m',
    labels: { service: 'orchestrator' },
    summary: 'orchestrator does not reach MongoDB',
  },
  {
    alert: 'ColloquyProjectionBehind',
    series: { colloquy_projection_lag_seconds: '90x10' },
    at: '6m',
    summary: 'MongoDB is 1m 30s behind the log',
  },
  {
    alert: 'ColloquyProjectionFarBehind',
    series: { colloquy_projection_lag_seconds: '90000x10' },
    at: '6m',
    summary: 'MongoDB is 1d 1h 0m 0s behind the log, which keeps 30 days',
  },
  {
    alert: 'ColloquyParkedMessages',
    series: { [`colloquy_parked_messages{consumer="runs",${one}}`]: '3x10' },
    at: '2m',
    labels: { consumer: 'runs' },
    summary: '3 messages of runs were given up',
  },
  {
    alert: 'ColloquyRunsWait',
    series: {
      'colloquy_runs_wanted{instance="a:1"}': '200x10',
      'colloquy_runs_wanted{instance="b:1"}': '200x10',
      'colloquy_runs_limit{instance="a:1"}': '64x10',
      'colloquy_runs_limit{instance="b:1"}': '64x10',
    },
    at: '6m',
    summary: '200 runs are wanted, more than all orchestrators have room for',
  },
  {
    alert: 'ColloquyTicketsGrow',
    series: { colloquy_runs_wanted: '0+60x40', colloquy_runs_active: '10x40' },
    at: '30m',
    summary: 'Tickets come faster than runs end, and more than 20 wait',
  },
  {
    alert: 'ColloquyRunsWaitLong',
    series: between('colloquy_run_wait_seconds', '10', '30'),
    at: '15m',
    summary: 'People wait 29s until somebody runs their chat',
  },
  {
    alert: 'ColloquyCommandsWait',
    series: { colloquy_commands_waiting: '150x10' },
    at: '3m',
    summary: '150 commands are not recorded: stops and answers wait',
  },
  {
    alert: 'ColloquyTakeovers',
    series: { colloquy_takeovers_total: '0+1x20' },
    at: '15m',
    summary: '15 runs were taken over in 15 minutes that nobody had given back',
  },
  {
    alert: 'ColloquyFences',
    series: { colloquy_fences_total: '0+1x20' },
    at: '15m',
    summary: '15 runs were lost to another orchestrator in 15 minutes',
  },
  {
    alert: 'ColloquyRunsFail',
    series: {
      'colloquy_runs_ended_total{end="failed",code="rate_limited"}': '_x3 1+6x40',
      'colloquy_runs_ended_total{end="completed",code="no_next_speaker"}': '_x3 1+24x40',
    },
    at: '20m',
    summary: '20% of the runs fail',
  },
  {
    alert: 'ColloquyStepsStuck',
    series: { colloquy_steps_stuck_total: '0x10 1x40' },
    at: '12m',
    summary: 'A run was given up since its next decision put nothing on the log',
  },
  {
    alert: 'ColloquyModelErrors',
    series: { 'colloquy_model_errors_total{model="m",code="rate_limited"}': '_x3 1+60x20' },
    at: '15m',
    labels: { model: 'm' },
    summary: '100% of the calls of m fail',
  },
  {
    alert: 'ColloquyCostSpike',
    series: { 'colloquy_model_cost_usd_total{model="m",purpose="reply"}': '_x1440 0.5+0.5x60' },
    at: '1480m',
    summary: 'Models cost 30 USD an hour, four times what they did in the day before',
  },
  {
    alert: 'ColloquyCallsWithoutPrice',
    // One call, and never another.
    series: { 'colloquy_model_unpriced_calls_total{model="m"}': '_x10 1x40' },
    at: '30m',
    labels: { model: 'm' },
    summary: 'Nobody knows what m costs',
  },
  {
    alert: 'ColloquySocketsNearLimit',
    series: {
      'process_open_fds{service="realtime-gateway",instance="a:1"}': '900x10',
      'process_max_fds{service="realtime-gateway",instance="a:1"}': '1000x10',
    },
    at: '6m',
    labels: { service: 'realtime-gateway', instance: 'a:1' },
    summary: 'realtime-gateway at a:1 has used 90% of the sockets it may open',
  },
  {
    alert: 'ColloquyLiveSlow',
    series: between('colloquy_live_delay_seconds', '2', '5'),
    at: '15m',
    summary: 'Screens see events 4.85s late',
  },
  {
    alert: 'ColloquyClientsDropped',
    series: { colloquy_viewers_dropped_total: '0+60x20' },
    at: '15m',
    summary: '1 clients a second are dropped since they are too slow',
  },
  ...fileAlertCases,
];

/** A system in which all is well and much goes on: nothing may fire. */
export const healthy: Readonly<Record<string, string>> = {
  ...ready('api-gateway', 1),
  ...ready('orchestrator', 1),
  ...ready('persistence', 1),
  ...ready('realtime-gateway', 1),
  'up{job="colloquy",instance="a:1"}': '1x40',
  'up{job="nats",instance="nats-0:7777"}': '1x40',
  [`colloquy_drain_seconds{${one}}`]: '0x40',
  [`colloquy_drain_limit_seconds{${one}}`]: '60x40',
  'colloquy_http_request_seconds_count{service="api-gateway",status="202"}': '0+600x40',
  'colloquy_http_request_seconds_count{service="api-gateway",status="503"}': '0+6x40',
  [`nodejs_eventloop_lag_p99_seconds{${one}}`]: '0.02x40',
  [`colloquy_check_failing{check="nats",${one}}`]: '0x40',
  [`colloquy_check_failing{check="mongodb",${one}}`]: '0x40',
  ...between('colloquy_append_seconds', '0.001', '0.005'),
  ...between('colloquy_run_wait_seconds', '0.005', '0.05'),
  ...between('colloquy_live_delay_seconds', '0.005', '0.05'),
  colloquy_projection_lag_seconds: '0.2x40',
  colloquy_projection_lag_commits: '5x40',
  'colloquy_parked_messages{consumer="runs"}': '0x40',
  // A busy hour, a deploy in it: runs that were given back count as no takeovers.
  colloquy_runs_wanted: '60x40',
  colloquy_runs_active: '55x40',
  colloquy_runs_limit: '128x40',
  colloquy_commands_waiting: '3x40',
  colloquy_takeovers_total: '0x40',
  colloquy_runs_released_total: '0x20 40x20',
  colloquy_fences_total: '0x40',
  'colloquy_runs_ended_total{end="completed",code="no_next_speaker"}': '0+60x40',
  'colloquy_runs_ended_total{end="failed",code="rate_limited"}': '0+1x40',
  'colloquy_model_errors_total{model="m",code="rate_limited"}': '0+2x40',
  'colloquy_model_call_seconds_count{model="m"}': '0+100x40',
  'colloquy_model_cost_usd_total{model="m",purpose="reply"}': '0+0.02x40',
  'colloquy_model_unpriced_calls_total{model="m"}': '0x40',
  'process_open_fds{service="realtime-gateway",instance="a:1"}': '100x40',
  'process_max_fds{service="realtime-gateway",instance="a:1"}': '1000x40',
  colloquy_viewers_dropped_total: '0x40',
};

/** A night in which hardly anybody is there, and of each thing one goes wrong: nobody is to be woken. */
export const quietNight: Readonly<Record<string, string>> = {
  ...ready('api-gateway', 1),
  ...ready('orchestrator', 1),
  ...ready('persistence', 1),
  ...ready('realtime-gateway', 1),
  'colloquy_http_request_seconds_count{service="api-gateway",status="202"}': '_x3 1x40',
  'colloquy_http_request_seconds_count{service="api-gateway",status="503"}': '_x3 1x4 2x4 3x40',
  // Known from the start, so that the first one counts.
  'colloquy_runs_ended_total{end="failed",code="rate_limited"}': '0x4 1x40',
  'colloquy_runs_ended_total{end="completed",code="no_next_speaker"}': '_x3 1x40',
  // The first answer was tried four times, and failed.
  'colloquy_model_errors_total{model="m",code="rate_limited"}': '_x3 1+1x3 4x40',
  'colloquy_model_call_seconds_count{model="m"}': '_x20 1x20',
  colloquy_steps_stuck_total: '0x40',
  'colloquy_uploads_total{outcome="stored"}': '0+6x40',
  'colloquy_uploads_total{outcome="file_type"}': '0+1x40',
  'colloquy_uploads_active{instance="a:1"}': '3x40',
  colloquy_file_sweeps_total: '0x20 1x20',
  colloquy_file_sweeps_failed_total: '0x40',
};
