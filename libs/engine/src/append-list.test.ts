import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppendList } from './append-list.ts';
import { AppendSet } from './append-set.ts';

/** Appends to versions chosen at random, so that versions branch. */
const branches = fc.array(fc.record({ from: fc.nat(), value: fc.string() }), { maxLength: 60 });

describe('AppendList', () => {
  it('leaves every older version as it was, also where versions branch', () => {
    fc.assert(
      fc.property(branches, (appends) => {
        const versions: { list: AppendList<string>; items: string[] }[] = [{ list: AppendList.empty(), items: [] }];
        for (const { from, value } of appends) {
          const parent = versions[from % versions.length];
          if (parent) versions.push({ list: parent.list.append(value), items: [...parent.items, value] });
        }
        for (const { list, items } of versions) expect([...list]).toEqual(items);
      }),
    );
  });

  it('finds items from both ends and nothing beyond its own length', () => {
    const short = AppendList.empty<string>().append('a').append('b');
    short.append('c');
    expect([short.at(0), short.at(-1), short.at(2), short.at(-3), short.length]).toEqual([
      'a',
      'b',
      undefined,
      undefined,
      2,
    ]);
  });
});

describe('AppendSet', () => {
  it('leaves every older version as it was, also where versions branch', () => {
    fc.assert(
      fc.property(branches, (adds) => {
        const versions: { set: AppendSet; values: Set<string> }[] = [{ set: AppendSet.empty(), values: new Set() }];
        for (const { from, value } of adds) {
          const parent = versions[from % versions.length];
          if (parent) versions.push({ set: parent.set.add(value), values: new Set(parent.values).add(value) });
        }
        const all = adds.map(({ value }) => value);
        for (const { set, values } of versions) {
          expect([...set]).toEqual([...values]);
          expect(set.size).toBe(values.size);
          for (const value of all) expect(set.has(value)).toBe(values.has(value));
        }
      }),
    );
  });
});
