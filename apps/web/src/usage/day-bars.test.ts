import { describe, expect, it } from '@jest/globals';
import { certainty, daysOf, heightOf, unpriced, unpricedModels, type UsageDay } from './day-bars.ts';

const day = (name: string, costMicroUsd: number): UsageDay => ({
  day: name,
  promptTokens: 10,
  cachedTokens: 0,
  completionTokens: 5,
  costMicroUsd,
  modelCalls: 1,
});

describe('the days of the usage chart', () => {
  it('have no hole and end today', () => {
    const days = daysOf([day('2026-03-01', 5)], 4, '2026-03-02');
    expect(days.map(({ day: name, costMicroUsd }) => [name, costMicroUsd])).toEqual([
      ['2026-02-27', 0],
      ['2026-02-28', 0],
      ['2026-03-01', 5],
      ['2026-03-02', 0],
    ]);
  });

  it('begin with the first day when all are shown, and are joined when there are too many', () => {
    expect(daysOf([day('2026-02-27', 1)], undefined, '2026-03-02')).toHaveLength(4);
    const long = daysOf([day('2025-03-02', 3), day('2026-03-02', 4)], undefined, '2026-03-02');
    expect(long.length).toBeLessThanOrEqual(100);
    expect(long.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0)).toBe(7);
    expect(long.at(-1)?.costMicroUsd).toBe(4);
    expect(daysOf([], undefined, '2026-03-02')).toHaveLength(1);
  });

  it('show tokens where no price is known, and say of which models', () => {
    expect([heightOf(day('x', 7), true), heightOf(day('x', 0), false)]).toEqual([7, 15]);
    expect(
      unpricedModels([
        { ...day('x', 0), unpricedCalls: 1, model: 'own' },
        { ...day('x', 4), unpricedCalls: 0, model: 'paid' },
        { ...day('x', 0), model: 'free' },
      ]),
    ).toEqual(['own']);
  });

  it('say what of the money is known: a call that is free is not one without a price', () => {
    const calls = (modelCalls: number, unpricedCalls?: number) => ({
      ...day('x', 0),
      modelCalls,
      ...(unpricedCalls === undefined ? {} : { unpricedCalls }),
    });
    expect([calls(2), calls(2, 0), calls(2, 1), calls(2, 2), calls(0, 0)].map(certainty)).toEqual([
      'known',
      'known',
      'atLeast',
      'unknown',
      'known',
    ]);
    const days = [calls(2, 1), calls(3), calls(4, 4)].map((of, at) => ({ ...of, day: `2026-01-0${String(at + 1)}` }));
    const joinedDays = daysOf([{ ...calls(1, 1), day: '2025-01-01' }, ...days], undefined, '2026-01-03');
    expect(joinedDays.reduce((sum, of) => sum + unpriced(of), 0)).toBe(6);
  });
});
