import { describe, expect, it } from '@jest/globals';
import { countWork } from './count-work.ts';

const LIST = Array.from({ length: 1000 }, (_, index) => index);
const MAP = new Map(LIST.map((item) => [item, item]));

describe('work', () => {
  it('counts what is copied or looked through, in whatever way', () => {
    const acts: (() => unknown)[] = [
      () => [...LIST],
      () => LIST.map((item) => item),
      () => LIST.slice(),
      () => LIST.indexOf(-1),
      () => {
        for (const item of LIST) if (item < 0) return item;
        return undefined;
      },
      () => new Map(MAP),
      () => [...MAP.keys()],
    ];
    for (const act of acts) {
      expect(countWork(act).items).toBeGreaterThanOrEqual(1000);
    }
  });

  it('counts nothing of what is not touched, and leaves the platform as it was', () => {
    const before = Object.getOwnPropertyDescriptor(Array.prototype, 'map');
    expect(countWork(() => [LIST.at(-1), LIST.slice(990, 993).length, MAP.get(3)])).toEqual({
      items: 3,
      result: [999, 3, 3],
    });
    expect(() =>
      countWork(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(Object.getOwnPropertyDescriptor(Array.prototype, 'map')).toEqual(before);
  });
});
