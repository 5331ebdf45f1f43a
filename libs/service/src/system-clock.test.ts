import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from './system-clock.ts';

const DAY = 86_400_000;

describe('systemClock', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('keeps delays longer than Node timers can', () => {
    let fired = 0;
    systemClock.setTimeout(() => (fired += 1), 60 * DAY);
    jest.advanceTimersByTime(59 * DAY);
    expect(fired).toBe(0);
    jest.advanceTimersByTime(DAY);
    expect(fired).toBe(1);
  });

  it('forgets a timer, also a long one that has been going on', () => {
    let fired = 0;
    const timer = systemClock.setTimeout(() => (fired += 1), 60 * DAY);
    jest.advanceTimersByTime(30 * DAY);
    systemClock.clearTimeout(timer);
    jest.advanceTimersByTime(60 * DAY);
    expect(fired).toBe(0);
  });

  it('ends a sleep when its signal is aborted, and leaves no timer', async () => {
    const stop = new AbortController();
    const sleep = systemClock.sleep(1000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    await expect(systemClock.sleep(1000, stop.signal)).rejects.toThrow('enough');
    expect(jest.getTimerCount()).toBe(0);
  });
});
