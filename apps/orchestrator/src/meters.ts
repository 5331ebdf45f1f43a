import type { Metrics } from '@colloquy/service';
import type { Meters } from './ports.ts';

const WAIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 120];
const STEP_BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 15, 60, 300];

/** The orchestrator's counters on `/metrics`. */
export function createMeters(metrics: Metrics): Meters {
  const count = (name: string, help: string) => metrics.counter({ name: `colloquy_${name}_total`, help });
  const takeovers = count(
    'takeovers',
    'Runs that were claimed from an orchestrator that had not given them back: it died, hung or was cut off',
  );
  const fences = count('fences', 'Runs that were lost to another orchestrator');
  const releases = count('runs_released', 'Runs that were given back at a drain');
  const stuck = count('steps_stuck', 'Runs that were given up because their next decision put nothing on the log');
  const commands = metrics.counter({
    name: 'colloquy_commands_recorded_total',
    help: 'Commands that were recorded here, by verdict',
    labels: ['verdict'],
  });
  const steps = metrics.histogram({
    name: 'colloquy_step_seconds',
    help: 'How long steps took, by kind',
    labels: ['kind'],
    buckets: STEP_BUCKETS,
  });
  const waits = metrics.histogram({
    name: 'colloquy_run_wait_seconds',
    help: 'From the newest event of a chat to the start of the run that answers it: waiting for an orchestrator',
    buckets: WAIT_BUCKETS,
  });
  const overheads = metrics.histogram({
    name: 'colloquy_first_token_overhead_seconds',
    help: 'From the start of a run to its first model call, once a run and unless a person was asked before: with the wait before it, what is added to the first token of the model',
    buckets: WAIT_BUCKETS,
  });
  return {
    runStarted: (waitedMs) => waits.observe(Math.max(0, waitedMs) / 1000),
    firstCall: (ms) => overheads.observe(Math.max(0, ms) / 1000),
    takeover: () => takeovers.inc(),
    fenced: () => fences.inc(),
    released: () => releases.inc(),
    stuck: () => stuck.inc(),
    commandRecorded: (verdict) => commands.inc({ verdict }),
    stepTook: (kind, ms) => steps.observe({ kind }, ms / 1000),
  };
}

/** Commands and tickets that are not settled yet. */
export interface Queues {
  readonly commands: number;
  readonly runs: number;
}

/** What is asked when somebody looks. */
export interface WatchedWork {
  /** The name of this process on the log. */
  readonly worker: string;
  readonly maxRuns: number;
  readonly active: () => number;
  readonly queues: () => Promise<Queues>;
}

/** Says on `/metrics` what this orchestrator is doing, and how much there is to do for all of them. */
export function watchWork(metrics: Metrics, { worker, maxRuns, active, queues }: WatchedWork): void {
  // The log names workers, an operator sees processes: this joins them.
  metrics
    .gauge({ name: 'colloquy_worker_info', help: 'The name of this process on the log', labels: ['worker'] })
    .set({ worker }, 1);
  metrics.gauge({ name: 'colloquy_runs_limit', help: 'Most runs at once here (MAX_RUNS)' }).set(maxRuns);
  metrics.gauge({
    name: 'colloquy_runs_active',
    help: 'Runs that are going on here',
    collect: (gauge) => gauge.set(active()),
  });
  let asked: Promise<Queues> | undefined;
  // One question for both gauges, each time that somebody looks.
  const ask = (): Promise<Queues> => {
    asked ??= queues()
      .catch(() => UNKNOWN)
      .finally(() => {
        asked = undefined;
      });
    return asked;
  };
  const same = 'every instance says the same: use max; -1 when the broker does not say';
  metrics.gauge({
    name: 'colloquy_runs_wanted',
    help: `Tickets that are not settled: runs that go on or wait for an orchestrator; ${same}`,
    collect: async (gauge) => gauge.set((await ask()).runs),
  });
  metrics.gauge({
    name: 'colloquy_commands_waiting',
    help: `Commands that are not recorded yet; ${same}`,
    collect: async (gauge) => gauge.set((await ask()).commands),
  });
}

const UNKNOWN: Queues = { commands: -1, runs: -1 };
