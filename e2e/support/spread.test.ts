import { describe, expect, it } from '@jest/globals';
import { percentile, spreadOf, spreadText } from './spread.ts';

describe('a spread', () => {
  it('is of values that were measured', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ count: 4, p50: 2, p95: 4, max: 4 });
    expect(percentile([7], 0)).toBe(7);
    expect(spreadText(spreadOf([4, 1, 3, 2]))).toBe('p50 2 ms, p95 4 ms, max 4 ms (4)');
  });

  it('of nothing keeps no bound, and says that it is of nothing', () => {
    expect(percentile([], 0.5)).toBeNaN();
    expect(spreadOf([]).max < 1000).toBe(false);
    expect(spreadText(spreadOf([]))).toBe('none');
  });
});
