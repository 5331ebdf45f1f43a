import type { SeededIds } from '@colloquy/testing/seeded-ids';

/** One of these, by chance. */
export function one<T>(chance: SeededIds, of: readonly [T, ...T[]]): T {
  return of[chance.below(of.length)] ?? of[0];
}

/** One of these; undefined when there is none. */
export function any<T>(chance: SeededIds, of: readonly T[]): T | undefined {
  return of[chance.below(of.length)];
}
