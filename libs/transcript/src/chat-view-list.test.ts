import { describe, expect, it } from '@jest/globals';
import { countWork } from '@colloquy/testing/count-work';
import fc from 'fast-check';
import { SharedList } from './chat-view-list.ts';

describe('a shared list', () => {
  it('is what an array would be, in every version', () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), count: fc.nat(200) }),
      fc.record({ kind: fc.constant('with' as const), at: fc.nat(9_000), item: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.nat(5_000), fc.array(change, { maxLength: 12 }), (length, changes) => {
        let plain = Array.from({ length }, (_, index) => index);
        let list = SharedList.of(plain);
        const versions = [{ plain, list }];
        for (const step of changes) {
          if (step.kind === 'with') {
            if (step.at < plain.length) plain = plain.with(step.at, step.item);
            list = list.with(step.at, step.item);
          } else {
            const more = Array.from({ length: step.count }, (_, index) => -index);
            plain = [...plain, ...more];
            list = more.reduce((before, item) => before.push(item), list);
          }
          versions.push({ plain, list });
        }
        for (const version of versions) {
          expect([...version.list]).toEqual(version.plain);
          expect(version.list.last).toBe(version.plain.at(-1));
          expect(version.list).toHaveLength(version.plain.length);
          for (const index of [0, 63, 64, 4_095, 4_096, version.plain.length])
            expect(version.list.at(index)).toBe(version.plain.at(index));
          expect(version.list.from(length >> 1)).toEqual(version.plain.slice(length >> 1));
        }
        expect(list.with(list.length, 1)).toBe(list);
        expect([list.at(-1), list.with(-1, 1)]).toEqual([undefined, list]);
      }),
      { numRuns: 25 },
    );
  });

  it('costs the same to change when it is long', () => {
    const list = SharedList.of(Array.from({ length: 100_000 }, (_, index) => index));
    expect(countWork(() => list.push(1)).items).toBeLessThan(200);
    expect(countWork(() => list.with(5, -1)).items).toBeLessThan(200);
    expect(countWork(() => [...list.from(99_990)]).items).toBeLessThan(100);
  });
});
