import { describe, expect, it } from '@jest/globals';
import { cut, field, fieldsOf, head } from './json-text.ts';

describe('json-text', () => {
  it('cuts no character in two', () => {
    expect([cut('ab😀cd', 3), cut('ab😀cd', 4), head('😀', 1)]).toEqual(['ab […]', 'ab😀 […]', '']);
    expect(cut('ab😀', 4)).toBe('ab😀');
  });

  it('finds the fields that a value itself has', () => {
    expect([field({ a: 1 }, 'a'), field({ a: 1 }, 'constructor'), field([1], '0'), field('a', 'length')]).toEqual([
      1,
      undefined,
      undefined,
      undefined,
    ]);
    expect([fieldsOf(null), fieldsOf(undefined), fieldsOf({ a: 1 })]).toEqual([{}, {}, { a: 1 }]);
  });
});
