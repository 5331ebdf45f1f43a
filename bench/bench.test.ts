import { describe, expect, it } from '@jest/globals';
import { keeps, median, percentile } from './bench.ts';

describe('figures', () => {
  it('have a median', () => {
    expect([median([3]), median([9, 1, 5]), median([4, 1, 3, 2])]).toEqual([3, 5, 2.5]);
    expect(() => median([])).toThrow(RangeError);
  });

  it('have percentiles by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1), percentile([7], 0)]).toEqual([
      50, 99, 100, 7,
    ]);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });

  it('keep a goal up to and including its bound', () => {
    expect([keeps({ atMost: 2.5 }, 2.5), keeps({ atMost: 2.5 }, 2.51)]).toEqual([true, false]);
    expect([keeps({ atLeast: 0.12 }, 0.12), keeps({ atLeast: 0.12 }, 0.11)]).toEqual([true, false]);
  });
});
