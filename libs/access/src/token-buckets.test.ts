import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@colloquy/testing';
import fc from 'fast-check';
import { TokenBuckets } from './token-buckets.ts';

describe('TokenBuckets', () => {
  it('gives the burst at once, then as many as time brings, to each key by itself', async () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets(clock, { burst: 3, perSecond: 2 });
    expect([1, 2, 3, 4].map(() => buckets.take('ann'))).toEqual([0, 0, 0, 0.5]);
    expect(buckets.take('bob')).toBe(0);
    await clock.advance(500);
    expect(buckets.take('ann')).toBe(0);
    expect(buckets.take('ann')).toBeGreaterThan(0);
    await clock.advance(60_000);
    expect([1, 2, 3, 4].map(() => buckets.take('ann') === 0)).toEqual([true, true, true, false]);
  });

  it('never gives more than burst and rate allow, whatever the timing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 60 }), async (pauses) => {
        const clock = new VirtualClock();
        const buckets = new TokenBuckets(clock, { burst: 5, perSecond: 3 });
        let given = 0;
        for (const pause of pauses) {
          await clock.advance(pause);
          if (buckets.take('ann') === 0) given += 1;
        }
        expect(given).toBeLessThanOrEqual(5 + (clock.monotonic() / 1000) * 3);
      }),
      { numRuns: 30 },
    );
  });
});
