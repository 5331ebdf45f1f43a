import { describe, expect, it } from '@jest/globals';
import { HealthRegistry } from './health-registry.ts';
import { Metrics } from './metrics.ts';
import { systemClock } from './system-clock.ts';
import { watchParked } from './watch-parked.ts';

describe('what a service gave up', () => {
  it('is on /metrics and /readyz, by consumer, makes nothing unready, and is not counted for each who asks', async () => {
    let now = 0;
    const clock = { ...systemClock, monotonic: () => now };
    const [health, metrics] = [new HealthRegistry(systemClock), new Metrics('orchestrator')];
    const gauge = async (): Promise<string | undefined> =>
      /colloquy_parked_messages\{[^}]*consumer="runs"[^}]*\} (-?\d+)/.exec(await metrics.registry.metrics())?.[1];
    let asked = 0;
    let answer = (): Promise<ReadonlyMap<string, number>> =>
      Promise.resolve(new Map(Object.entries({ runs: 2, persistence: 7 })));
    const counts = () => {
      asked += 1;
      return answer();
    };
    watchParked({ counts, consumers: ['commands', 'runs'] }, { clock, health, metrics });
    health.markStarted();
    expect(await health.readiness()).toMatchObject({ ready: true, details: { parked: { commands: 0, runs: 2 } } });
    expect([await gauge(), asked]).toEqual(['2', 1]);

    now = 6000;
    answer = () => Promise.reject(new Error('no broker'));
    expect(await health.readiness()).toMatchObject({ ready: true, details: { parked: null } });
    expect([await gauge(), asked]).toEqual(['-1', 3]);
  });
});
