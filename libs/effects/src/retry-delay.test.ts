import { describe, expect, it } from '@jest/globals';
import { countedIds } from './fixtures/counted-ids.ts';
import { retryDelayMs } from './retry-delay.ts';

const failure = (fields: object = {}) => ({ code: 'model_unavailable', message: '', retryable: true, ...fields });
const delays = (byte: number) => [1, 2, 3, 4].map((attempt) => retryDelayMs(failure(), attempt, countedIds(byte)));

describe('retryDelayMs', () => {
  it('doubles, with jitter over the upper half, and gives up after four attempts', () => {
    expect(delays(0)).toEqual([250, 500, 1000, undefined]);
    expect(delays(0xff)).toEqual([500, 1000, 2000, undefined]);
  });

  it('waits at least as long as the provider asks, but not for ever', () => {
    expect(retryDelayMs(failure({ retryAfterMs: 9000 }), 1, countedIds())).toBe(9000);
    expect(retryDelayMs(failure({ retryAfterMs: 3_600_000 }), 1, countedIds())).toBeUndefined();
  });

  it('does not repeat what would fail again', () => {
    expect(retryDelayMs(failure({ retryable: false }), 1, countedIds())).toBeUndefined();
  });
});
