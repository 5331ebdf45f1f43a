import { expect, it } from '@jest/globals';
import type { Logger } from './create-logger.ts';
import { DrainRegistry } from './drain-registry.ts';
import { Metrics } from './metrics.ts';
import { systemClock } from './system-clock.ts';
import { watchService } from './watch-service.ts';

const ready = { ready: true, status: 'ready', failing: [], checks: [], details: {} } as const;
const logger = { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as Logger;

it('a drain is told from its beginning, not from the first look at it, and beside what it may take', async () => {
  let now = 1000;
  const drain = new DrainRegistry({ ...systemClock, monotonic: () => now }, logger);
  const metrics = new Metrics('things');
  watchService(metrics, { drain, env: { DRAIN_MS: 60_000 }, health: { readiness: () => Promise.resolve(ready) } });
  let end: () => void = () => undefined;
  drain.onDrain('work', () => new Promise<void>((resolve) => void (end = resolve)));
  expect(await metrics.registry.metrics()).toContain('colloquy_drain_seconds{service="things"} 0\n');
  const drained = drain.run(60_000);
  now += 48_000;
  const text = await metrics.registry.metrics();
  end();
  await drained;
  expect(text).toContain('colloquy_drain_seconds{service="things"} 48\n');
  expect(text).toContain('colloquy_drain_limit_seconds{service="things"} 60\n');
});
