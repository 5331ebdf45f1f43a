import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VirtualClock } from './virtual-clock.ts';

describe('the virtual clock', () => {
  it('fires timers in the order of their time, then of their making', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 50 }), async (delays) => {
        const clock = new VirtualClock();
        const fired: number[] = [];
        delays.forEach((ms, i) => clock.setTimeout(() => fired.push(i), ms));
        await clock.advance(20);
        const wanted = delays.map((ms, i) => [ms, i] as const).sort(([a, i], [b, j]) => a - b || i - j);
        expect(fired).toEqual(wanted.map(([, i]) => i));
      }),
      { numRuns: 50 },
    );
  });

  it('lets promises run between two timers', async () => {
    const clock = new VirtualClock(1000);
    const seen: string[] = [];
    const walk = async (name: string, ms: number): Promise<void> => {
      for (let i = 0; i < 3; i += 1) {
        await clock.sleep(ms);
        seen.push(`${name}@${String(clock.now())}`);
      }
    };
    await clock.run(Promise.all([walk('a', 2), walk('b', 3)]));
    expect(seen).toEqual(['a@1002', 'b@1003', 'a@1004', 'b@1006', 'a@1006', 'b@1009']);
  });

  it('does not fire what was cancelled, and rejects a sleep that is aborted', async () => {
    const clock = new VirtualClock();
    let fired = false;
    clock.clearTimeout(clock.setTimeout(() => (fired = true), 5));
    const abort = new AbortController();
    const sleeping = clock.sleep(100, abort.signal);
    clock.setTimeout(() => abort.abort(new Error('stop')), 10);
    await expect(clock.run(sleeping)).rejects.toThrow('stop');
    expect({ fired, now: clock.monotonic() }).toEqual({ fired: false, now: 10 });
  });

  it('says when a condition can never hold', async () => {
    const clock = new VirtualClock();
    await expect(clock.runUntil(() => false)).rejects.toThrow('nothing is left');
    clock.setTimeout(() => undefined, 5000);
    await expect(clock.runUntil(() => false, { deadlineMs: 100 })).rejects.toThrow('100 ms');
  });
});
