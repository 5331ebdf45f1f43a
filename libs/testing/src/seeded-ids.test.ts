import { expect, it } from '@jest/globals';
import { isId, uuidV7Time } from '@colloquy/contracts';
import { seededIds } from './seeded-ids.ts';

it('gives the same ids for the same seed, others for another, and ascending UUIDs of version 7', () => {
  const take = (seed: number): string[] => {
    const ids = seededIds(seed, () => 5);
    return Array.from({ length: 5000 }, () => ids.uuid());
  };
  const uuids = take(1);
  expect(take(1)).toEqual(uuids);
  expect(take(2)).not.toEqual(uuids);
  expect(uuids.toSorted()).toEqual(uuids);
  expect(new Set(uuids).size).toBe(uuids.length);
  expect(uuids.every((uuid) => isId(uuid) && uuidV7Time(uuid) !== undefined)).toBe(true);
  expect(seededIds(1).random(12)).toMatch(/^[A-Za-z0-9_-]{16}$/);
});

it('spreads numbers over their range', () => {
  const { below } = seededIds(3);
  const counts = new Map<number, number>();
  for (let i = 0; i < 10_000; i += 1) {
    const n = below(10);
    counts.set(n, (counts.get(n) ?? 0) + 1);
  }
  expect([...counts.keys()].toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(Math.min(...counts.values())).toBeGreaterThan(800);
});
