import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { briefOf, foldOf, isFlat, partialJson, partsOf, unwrapped } from './json-shape.ts';

describe('half-written JSON', () => {
  it('is shown as what it is so far', () => {
    expect(partialJson('{"query": "how does a ch')).toEqual({ query: 'how does a ch' });
    expect(partialJson('{"query": "a", "lim')).toEqual({ query: 'a', lim: null });
    expect(partialJson('{"query": "a", "limit"')).toEqual({ query: 'a', limit: null });
    expect(partialJson('{"query": "a", "limit":')).toEqual({ query: 'a', limit: null });
    expect(partialJson('{"ids": [1, 2,')).toEqual({ ids: [1, 2] });
    expect(partialJson('{"a": {"b": "c\\')).toEqual({ a: { b: 'c' } });
    expect(partialJson('{')).toEqual({});
  });

  it('never breaks, and is the whole value in the end', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (value, length) => {
        const text = JSON.stringify(value);
        partialJson(text.slice(0, length));
        expect(partialJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('can be read at nearly every place', () => {
    const text = JSON.stringify({ query: 'how "it" is', tags: ['a', 'b'], deep: { limit: 12, on: true, off: null } });
    const read = Array.from({ length: text.length }, (_, end) => partialJson(text.slice(0, end + 1)) !== undefined);
    expect(read.filter(Boolean).length / read.length).toBeGreaterThan(0.9);
  });
});

describe('a value for people', () => {
  it('has its parts by name, those of a list counted', () => {
    expect(partsOf({ a: 1 })).toEqual([['a', 1]]);
    expect(partsOf(['x', 'y']).map(([name]) => name)).toEqual(['1', '2']);
    expect([isFlat({ a: 1, b: [] }), isFlat({ a: { b: 1 } })]).toEqual([true, false]);
    expect(briefOf({ a: 'one', b: { c: 2 }, d: 3 })).toBe('one · 3');
  });

  it('is what a text says that is JSON itself, and else the text', () => {
    expect(unwrapped('{"a":[1]}')).toEqual({ a: [1] });
    for (const text of ['{a}', '[ ] x', '12', 'no', '']) expect(unwrapped(text)).toBe(text);
  });

  it('is folded when it is long, or has many lines', () => {
    expect(foldOf('short')).toBeUndefined();
    expect(foldOf('x'.repeat(5_000))?.length).toBeLessThan(1_300);
    expect(foldOf('line\n'.repeat(40))?.split('\n')).toHaveLength(16);
  });
});
