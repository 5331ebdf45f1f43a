import type { Metrics } from '@colloquy/service';

/** The demo model's measures on `/metrics`. */
export function createMeters(metrics: Metrics) {
  return {
    active: metrics.gauge({ name: 'colloquy_demo_completions_active', help: 'Answers being written' }),
    ended: metrics.counter({
      name: 'colloquy_demo_completions_total',
      help: 'Answers that ended, and how',
      labels: ['end'],
    }),
  };
}
