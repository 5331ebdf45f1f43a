import { describe, expect, it } from '@jest/globals';
import { figuresOf, tableOf } from './figures.ts';

const reading = (at: number, commits: number, cpu: number[]) => ({ at, commits, cpu });

describe('the figures of a stretch of time', () => {
  const figures = figuresOf(
    { service: 'persistence', instances: 2 },
    [reading(1000, 50, [1, 2, 0]), reading(5000, 250, [3, 2.4, 0])],
    {
      answered: [
        { sentAt: 0, firstWordAt: 100, doneAt: 900 },
        { sentAt: 900, firstWordAt: 1100, doneAt: 1200 },
        { sentAt: 1000, firstWordAt: 1400, doneAt: 4999 },
        { sentAt: 4000, firstWordAt: 4100, doneAt: 5000 },
      ],
      lags: [
        { waiting: 1, unprojected: 7, unlogged: 0 },
        { waiting: 3, unprojected: 2, unlogged: 0 },
      ],
    },
  );

  it('counts what ended within it, and takes the worst lag', () => {
    expect(figures).toMatchObject({
      runsPerSecond: 0.5,
      commitsPerSecond: 50,
      firstWord: { count: 2, p50: 200, max: 400 },
      lag: { waiting: 3, unprojected: 7, unlogged: 0 },
    });
  });

  it('shows how the work is shared out among the instances that run', () => {
    expect(figures.cpu.map(Math.round)).toEqual([50, 10]);
  });

  it('does not show an instance that began anew as less than nothing', () => {
    const [share] = figuresOf({ service: 'persistence', instances: 1 }, [reading(0, 0, [9]), reading(1000, 0, [0.1])], {
      answered: [],
      lags: [],
    }).cpu;
    expect(share).toBe(0);
  });

  it('are a table', () => {
    const [head, row] = tableOf([figures]);
    expect(head).toMatch(/^service +n +runs\/s/);
    expect(row).toMatch(/^persistence +2 +0\.5 +50 +200 ms +400 ms +3 +7 +0 +50 % 10 %$/);
  });
});
