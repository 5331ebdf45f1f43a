/** One alert. */
export interface Alert {
  readonly name: string;
  /** PromQL; it fires while this gives something, for so long. */
  readonly expr: string;
  readonly for: string;
  /** `critical`: people are hurt now, wake somebody. `warning`: look at it today. */
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  /** Heading of docs/guides/operations.md that says what to do. */
  readonly runbook: string;
}

const COLLOQUY = 'job=~"(.+/)?colloquy"';
const NATS = 'job=~"(.+/)?nats"';
const NEEDED = ['api-gateway', 'orchestrator', 'persistence', 'realtime-gateway'] as const;

/** The part of its DRAIN_MS from which a drain is slow: what needs more is killed soon after. */
export const SLOW_DRAIN = 0.8;

/** All alerts. */
export const alerts: readonly Alert[] = [
  {
    name: 'ColloquyServiceMissing',
    expr: NEEDED.map(
      (service) => `label_replace(absent(colloquy_ready{service="${service}"} == 1), "service", "${service}", "", "")`,
    ).join(' or '),
    for: '2m',
    severity: 'critical',
    summary: 'No instance of {{ $labels.service }} is ready',
    runbook: 'A service is missing or not ready',
  },
  {
    name: 'ColloquyInstanceDown',
    expr: `up{${COLLOQUY}} == 0`,
    for: '2m',
    severity: 'warning',
    summary: 'Prometheus does not reach {{ $labels.instance }}',
    runbook: 'A service is missing or not ready',
  },
  {
    name: 'ColloquyInstanceNotReady',
    expr: 'colloquy_ready == 0',
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.service }} at {{ $labels.instance }} has not been ready for 5 minutes',
    runbook: 'A service is missing or not ready',
  },
  {
    name: 'ColloquyReadinessFlaps',
    expr: 'changes(colloquy_ready[10m]) > 4',
    for: '0m',
    severity: 'warning',
    summary: '{{ $labels.service }} at {{ $labels.instance }} goes in and out of readiness',
    runbook: 'A service is missing or not ready',
  },
  {
    name: 'ColloquyDrainSlow',
    expr: `max by (service, instance) (colloquy_drain_seconds / colloquy_drain_limit_seconds) > ${String(SLOW_DRAIN)}`,
    for: '0m',
    severity: 'warning',
    summary:
      '{{ $labels.service }} at {{ $labels.instance }} has used {{ $value | humanizePercentage }} of the time that it may drain',
    runbook: 'A drain takes long',
  },
  {
    name: 'ColloquyRequestsFail',
    expr: 'sum by (service) (rate(colloquy_http_request_seconds_count{status=~"5.."}[5m])) / sum by (service) (rate(colloquy_http_request_seconds_count[5m])) > 0.05 and sum by (service) (increase(colloquy_http_request_seconds_count{status=~"5.."}[5m])) > 5',
    for: '5m',
    severity: 'critical',
    summary: '{{ $value | humanizePercentage }} of the requests at {{ $labels.service }} fail',
    runbook: 'Requests fail',
  },
  {
    name: 'ColloquyEdgeFailures',
    expr: 'sum by (to) (rate(colloquy_edge_failures_total[5m])) > 1',
    for: '5m',
    severity: 'warning',
    summary: 'The edge cannot reach instances of {{ $labels.to }}',
    runbook: 'Requests fail',
  },
  {
    name: 'ColloquyEventLoopLag',
    expr: 'max by (service, instance) (nodejs_eventloop_lag_p99_seconds) > 0.5',
    for: '5m',
    severity: 'warning',
    summary: 'Timers of {{ $labels.service }} at {{ $labels.instance }} are {{ $value | humanizeDuration }} late',
    runbook: 'The event loop lags',
  },
  {
    name: 'ColloquyNatsUnreachable',
    expr: 'max by (service) (colloquy_check_failing{check="nats"}) > 0',
    for: '1m',
    severity: 'critical',
    summary: '{{ $labels.service }} does not reach NATS',
    runbook: 'NATS does not answer',
  },
  {
    name: 'ColloquyNatsNoLeader',
    expr: 'max(colloquy_runs_wanted) < 0 or max(colloquy_projection_lag_commits) < 0',
    for: '2m',
    severity: 'critical',
    summary: 'NATS does not say how far its consumers are: a stream or a consumer has no leader',
    runbook: 'NATS does not answer',
  },
  {
    name: 'ColloquyNatsServerDown',
    expr: `up{${NATS}} == 0`,
    for: '2m',
    severity: 'critical',
    summary: 'The exporter of a NATS server, {{ $labels.instance }}, is down',
    runbook: 'NATS does not answer',
  },
  {
    name: 'ColloquyAppendsSlow',
    expr: 'histogram_quantile(0.99, sum by (le) (rate(colloquy_append_seconds_bucket[5m]))) > 1',
    for: '5m',
    severity: 'warning',
    summary: 'Commits take {{ $value | humanizeDuration }} until they are on disk',
    runbook: 'Appends are slow',
  },
  {
    name: 'ColloquyMongoUnreachable',
    expr: 'max by (service) (colloquy_check_failing{check="mongodb"}) > 0',
    for: '2m',
    severity: 'critical',
    summary: '{{ $labels.service }} does not reach MongoDB',
    runbook: 'The projection is behind',
  },
  {
    name: 'ColloquyProjectionBehind',
    expr: 'max(colloquy_projection_lag_seconds) > 60',
    for: '5m',
    severity: 'warning',
    summary: 'MongoDB is {{ $value | humanizeDuration }} behind the log',
    runbook: 'The projection is behind',
  },
  {
    name: 'ColloquyProjectionFarBehind',
    expr: 'max(colloquy_projection_lag_seconds) > 86400',
    for: '5m',
    severity: 'critical',
    summary: 'MongoDB is {{ $value | humanizeDuration }} behind the log, which keeps 30 days',
    runbook: 'The projection is behind',
  },
  {
    name: 'ColloquyParkedMessages',
    expr: 'max by (consumer) (colloquy_parked_messages) > 0',
    for: '1m',
    severity: 'warning',
    summary: '{{ $value }} messages of {{ $labels.consumer }} were given up',
    runbook: 'Messages that were given up',
  },
  {
    name: 'ColloquyRunsWait',
    expr: 'max(colloquy_runs_wanted) > sum(colloquy_runs_limit)',
    for: '5m',
    severity: 'warning',
    summary: '{{ $value }} runs are wanted, more than all orchestrators have room for',
    runbook: 'Runs wait for an orchestrator',
  },
  {
    name: 'ColloquyTicketsGrow',
    expr: 'deriv(max(colloquy_runs_wanted)[10m:30s]) > 0.5 and max(colloquy_runs_wanted) - sum(colloquy_runs_active) > 20',
    for: '10m',
    severity: 'critical',
    summary: 'Tickets come faster than runs end, and more than 20 wait',
    runbook: 'Runs wait for an orchestrator',
  },
  {
    name: 'ColloquyRunsWaitLong',
    expr: 'histogram_quantile(0.95, sum by (le) (rate(colloquy_run_wait_seconds_bucket[5m]))) > 10',
    for: '5m',
    severity: 'warning',
    summary: 'People wait {{ $value | humanizeDuration }} until somebody runs their chat',
    runbook: 'Runs wait for an orchestrator',
  },
  {
    name: 'ColloquyCommandsWait',
    expr: 'max(colloquy_commands_waiting) > 100',
    for: '2m',
    severity: 'critical',
    summary: '{{ $value }} commands are not recorded: stops and answers wait',
    runbook: 'Runs wait for an orchestrator',
  },
  {
    name: 'ColloquyTakeovers',
    expr: 'sum(increase(colloquy_takeovers_total[15m])) > 5',
    for: '0m',
    severity: 'warning',
    summary: '{{ $value | humanize }} runs were taken over in 15 minutes that nobody had given back',
    runbook: 'Runs change hands',
  },
  {
    name: 'ColloquyFences',
    expr: 'sum(increase(colloquy_fences_total[15m])) > 5',
    for: '0m',
    severity: 'warning',
    summary: '{{ $value | humanize }} runs were lost to another orchestrator in 15 minutes',
    runbook: 'Runs change hands',
  },
  {
    name: 'ColloquyRunsFail',
    expr: 'sum(rate(colloquy_runs_ended_total{end="failed"}[10m])) / sum(rate(colloquy_runs_ended_total[10m])) > 0.1 and sum(increase(colloquy_runs_ended_total{end="failed"}[10m])) > 3',
    for: '5m',
    severity: 'critical',
    summary: '{{ $value | humanizePercentage }} of the runs fail',
    runbook: 'Runs fail',
  },
  {
    name: 'ColloquyStepsStuck',
    expr: 'sum(increase(colloquy_steps_stuck_total[1h])) > 0',
    for: '0m',
    severity: 'warning',
    summary: 'A run was given up since its next decision put nothing on the log',
    runbook: 'A run came to a dead end',
  },
  {
    name: 'ColloquyModelErrors',
    expr: 'sum by (model) (rate(colloquy_model_errors_total[5m])) / (sum by (model) (rate(colloquy_model_errors_total[5m])) + (sum by (model) (rate(colloquy_model_call_seconds_count[5m])) or 0 * sum by (model) (rate(colloquy_model_errors_total[5m])))) > 0.2 and sum by (model) (increase(colloquy_model_errors_total[5m])) > 5',
    for: '5m',
    severity: 'warning',
    summary: '{{ $value | humanizePercentage }} of the calls of {{ $labels.model }} fail',
    runbook: 'Runs fail',
  },
  {
    name: 'ColloquyCostSpike',
    expr: '3600 * sum(rate(colloquy_model_cost_usd_total[15m])) > 5 and sum(rate(colloquy_model_cost_usd_total[15m])) > 4 * sum(rate(colloquy_model_cost_usd_total[1d] offset 15m))',
    for: '10m',
    severity: 'warning',
    summary: 'Models cost {{ $value | humanize }} USD an hour, four times what they did in the day before',
    runbook: 'Models cost more than they did',
  },
  {
    name: 'ColloquyCallsWithoutPrice',
    // Nobody knows a model before its first call: what was not there an hour ago begins at 1, and that is no increase.
    expr: 'sum by (model) (increase(colloquy_model_unpriced_calls_total[1h])) > 0 or sum by (model) (colloquy_model_unpriced_calls_total unless colloquy_model_unpriced_calls_total offset 1h) > 0',
    for: '0m',
    severity: 'warning',
    summary: 'Nobody knows what {{ $labels.model }} costs',
    runbook: 'Models cost more than they did',
  },
  {
    name: 'ColloquySocketsNearLimit',
    expr: 'max by (service, instance) (process_open_fds{service=~"realtime-gateway|edge"} / process_max_fds{service=~"realtime-gateway|edge"}) > 0.8',
    for: '5m',
    severity: 'critical',
    summary:
      '{{ $labels.service }} at {{ $labels.instance }} has used {{ $value | humanizePercentage }} of the sockets it may open',
    runbook: 'Clients are slow, or too many',
  },
  {
    name: 'ColloquyLiveSlow',
    expr: 'histogram_quantile(0.95, sum by (le) (rate(colloquy_live_delay_seconds_bucket[5m]))) > 2',
    for: '5m',
    severity: 'warning',
    summary: 'Screens see events {{ $value | humanizeDuration }} late',
    runbook: 'Clients are slow, or too many',
  },
  {
    name: 'ColloquyClientsDropped',
    expr: 'sum(rate(colloquy_viewers_dropped_total[5m])) > 0.2',
    for: '5m',
    severity: 'warning',
    summary: '{{ $value | humanize }} clients a second are dropped since they are too slow',
    runbook: 'Clients are slow, or too many',
  },
  {
    name: 'ColloquyUploadsFail',
    expr: 'sum(increase(colloquy_uploads_total{outcome=~"files_unavailable|broker_unavailable|internal_error"}[10m])) > 3',
    for: '0m',
    severity: 'warning',
    summary: '{{ $value | humanize }} uploads failed in ten minutes through no fault of the file',
    runbook: 'Files cannot be kept',
  },
  {
    name: 'ColloquyUploadsHeld',
    expr: 'max by (instance) (colloquy_uploads_active) > 200',
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.instance }} holds {{ $value }} uploads, and takes 256 at once',
    runbook: 'Files cannot be kept',
  },
  {
    name: 'ColloquyFilesNotSwept',
    expr: 'sum(increase(colloquy_file_sweeps_failed_total[4h])) > 1 and sum(increase(colloquy_file_sweeps_total[4h])) == 0',
    for: '0m',
    severity: 'warning',
    summary: 'No sweep of files has come to its end in four hours',
    runbook: 'Files cannot be kept',
  },
];
