import { describe, expect, it } from '@jest/globals';
import { restartDelayMs } from './managed-process.ts';

describe('restartDelayMs', () => {
  it('doubles from a quarter of a second to ten', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 40].map(restartDelayMs)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});
