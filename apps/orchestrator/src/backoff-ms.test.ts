import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff-ms.ts';

describe('backoffMs', () => {
  it('doubles from a second to half a minute, and stays there', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 100_000].map(backoffMs)).toEqual([
      ...[1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000],
    ]);
    expect(backoffMs(0)).toBe(1000);
  });
});
