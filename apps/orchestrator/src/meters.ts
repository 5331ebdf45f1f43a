import type { Metrics } from '@colloquy/service';
import type { Meters } from './ports.ts';

const FIRST_PIECE_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30];
const STEP_BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 15, 60, 300];

/** The orchestrator's counters on `/metrics`. */
export function createMeters(metrics: Metrics): Meters {
  const count = (name: string, help: string) => metrics.counter({ name: `colloquy_${name}_total`, help });
  const started = count('runs_started', 'Runs that were started here');
  const takeovers = count('takeovers', 'Runs that were claimed from a log that another orchestrator had written to');
  const fences = count('fences', 'Runs that were lost to another orchestrator');
  const releases = count('runs_released', 'Runs that were given back at a drain');
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
  const firstPieces = metrics.histogram({
    name: 'colloquy_first_piece_seconds',
    help: 'From a model call to its first piece',
    buckets: FIRST_PIECE_BUCKETS,
  });
  return {
    runStarted: () => started.inc(),
    takeover: () => takeovers.inc(),
    fenced: () => fences.inc(),
    released: () => releases.inc(),
    commandRecorded: (verdict) => commands.inc({ verdict }),
    stepTook: (kind, ms) => steps.observe({ kind }, ms / 1000),
    firstPiece: (ms) => firstPieces.observe(ms / 1000),
  };
}
