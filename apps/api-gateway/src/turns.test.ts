import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@colloquy/testing';
import { problemOf } from './fixtures/api-world.ts';
import { Turns } from './turns.ts';

const LIMITS = { atOnce: 2, waitMs: 1000 };

describe('turns', () => {
  it('are taken by so many at once, in order, and given back by what fails too', async () => {
    const clock = new VirtualClock();
    const turns = new Turns(clock, LIMITS);
    const order: number[] = [];
    let [busy, most] = [0, 0];
    const work = (index: number) => async (): Promise<number> => {
      order.push(index);
      busy += 1;
      most = Math.max(most, busy);
      await clock.sleep(100);
      busy -= 1;
      if (index % 3 === 0) throw new Error('it failed');
      return index;
    };
    const all = [0, 1, 2, 3, 4, 5, 6].map((index) => turns.take(work(index)));
    const ends = await clock.run(Promise.allSettled(all));
    expect(ends.map((end) => (end.status === 'fulfilled' ? end.value : 'failed'))).toEqual([
      'failed',
      1,
      2,
      'failed',
      4,
      5,
      'failed',
    ]);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(2);
    expect(await clock.run(turns.take(work(7)))).toBe(7);
  });

  it('are not waited for for ever, and who gave up does not get one', async () => {
    const clock = new VirtualClock();
    const turns = new Turns(clock, LIMITS);
    const slow = [0, 1].map(() => turns.take(() => clock.sleep(5000)));
    let done = 0;
    const work = (): Promise<number> => Promise.resolve((done += 1));
    expect(await clock.run(problemOf(turns.take(work)))).toMatchObject({ status: 503, code: 'busy' });
    expect(clock.monotonic()).toBe(1000);
    await clock.run(Promise.all(slow));
    expect(done).toBe(0);
    await clock.run(Promise.all([turns.take(work), turns.take(work), turns.take(work)]));
    expect(done).toBe(3);
  });
});
