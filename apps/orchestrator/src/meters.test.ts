import { describe, expect, it } from '@jest/globals';
import { Metrics } from '@colloquy/service';
import { watchWork } from './meters.ts';

function watched(queues: () => Promise<{ commands: number; runs: number }>) {
  const metrics = new Metrics('orchestrator');
  watchWork(metrics, { worker: 'a', maxRuns: 3, active: () => 2, queues });
  return () => metrics.registry.metrics();
}

describe('what is to do', () => {
  it('is asked once each time that somebody looks, and said as it is then', async () => {
    let asked = 0;
    const look = watched(() => Promise.resolve({ commands: (asked += 1), runs: 10 * asked }));
    for (const times of [1, 2]) {
      const page = await look();
      expect(page).toContain(`colloquy_commands_waiting{service="orchestrator"} ${String(times)}\n`);
      expect(page).toContain(`colloquy_runs_wanted{service="orchestrator"} ${String(times)}0\n`);
      expect(asked).toBe(times);
    }
  });

  it('is -1 when the broker does not say', async () => {
    const page = await watched(() => Promise.reject(new Error('away')))();
    expect(page).toContain('colloquy_commands_waiting{service="orchestrator"} -1\n');
    expect(page).toContain('colloquy_runs_wanted{service="orchestrator"} -1\n');
    expect(page).toContain('colloquy_runs_active{service="orchestrator"} 2\n');
  });
});
