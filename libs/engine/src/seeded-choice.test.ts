import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededChoice } from './seeded-choice.ts';

describe('a choice by a seed', () => {
  it('is the same for the same seed, one of the items, and none of none', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 9 }), fc.string(), (items, seed) => {
        const chosen = seededChoice(items, seed);
        expect(seededChoice(items, seed)).toBe(chosen);
        if (items.length === 0) expect(chosen).toBeUndefined();
        else expect(items).toContain(chosen);
      }),
    );
  });

  it('is about as often each of the items, turn after turn of one run and first turn of many runs', () => {
    for (const seedOf of [(n: number) => `run-1 ${String(n)}`, (n: number) => `run-${String(n)} 1`]) {
      const counts = new Map<number | undefined, number>();
      for (let n = 0; n < 3000; n++) {
        const chosen = seededChoice([0, 1, 2], seedOf(n));
        counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
      }
      for (const item of [0, 1, 2]) expect(Math.abs((counts.get(item) ?? 0) - 1000)).toBeLessThan(120);
    }
  });
});
