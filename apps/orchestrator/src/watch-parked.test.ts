import { describe, expect, it } from '@jest/globals';
import { HealthRegistry, Metrics, systemClock } from '@colloquy/service';
import { watchParked } from './watch-parked.ts';

describe('what orchestrators gave up', () => {
  it('is on /metrics and /readyz, by consumer, and makes nothing unready', async () => {
    const [health, metrics] = [new HealthRegistry(systemClock), new Metrics('orchestrator')];
    let counts = () =>
      Promise.resolve(
        new Map([
          ['runs', 2],
          ['persistence', 7],
        ]),
      );
    watchParked({ counts: () => counts() }, { health, metrics });
    health.markStarted();
    expect(await health.readiness()).toMatchObject({ ready: true, details: { parked: { commands: 0, runs: 2 } } });
    expect(await metrics.registry.metrics()).toMatch(/colloquy_parked_messages\{[^}]*consumer="runs"[^}]*\} 2/);
    counts = () => Promise.reject(new Error('no broker'));
    expect(await health.readiness()).toMatchObject({ ready: true, details: { parked: null } });
    expect(await metrics.registry.metrics()).toMatch(/colloquy_parked_messages\{[^}]*consumer="runs"[^}]*\} -1/);
  });
});
