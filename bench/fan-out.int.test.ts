import { describe, expect, it } from '@jest/globals';
import { withFanOut } from './support/fan-out.ts';
import { withGateway } from './support/gateway.ts';

describe('the benchmark of fan-out', () => {
  it('brings every delta to every viewer, and takes the CPU of both sides', async () => {
    const shape = { viewers: 20, commits: 20, deltas: 3, perSecond: 100 };
    await withGateway((gateway) =>
      withFanOut(gateway, shape, async (fanOut) => {
        const { perFrame, perDelta } = await fanOut.ours();
        expect(perFrame).toBeGreaterThan(0);
        // A gateway that has no time joins commits: then a frame has more than the three of its own.
        expect(perDelta * 3).toBeLessThanOrEqual(perFrame * 1.001);
        expect(await fanOut.floor()).toBeGreaterThanOrEqual(0);
      }),
    );
  }, 60_000);
});
