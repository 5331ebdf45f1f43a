import { describe, expect, it } from '@jest/globals';
import { found, masked } from './regex.ts';

describe('patterns of a workflow', () => {
  it('that are none find nothing and change nothing', () => {
    expect(found('(', 'iu', '(')).toBe(false);
    expect(found('x', 'not flags', 'x')).toBe(false);
    expect(masked('(', 'iu', { text: '(', by: '#' })).toBe('(');
  });

  it('remember nothing from one text to the next', () => {
    expect([1, 2, 3].map(() => found('x', 'gy', 'a x'))).toEqual([true, true, true]);
  });

  it('mask all that they find, with a text that is no pattern', () => {
    expect(masked('\\d', '', { text: 'a1b2', by: '$&' })).toBe('a$&b$&');
    expect(masked('', 'u', { text: 'ab', by: '-' })).toBe('-a-b-');
  });

  it('look at the beginning of a text only, and what they cannot look at does not pass a mask', () => {
    const long = `${'a'.repeat(100_000)}1234`;
    expect(found('1234', '', long)).toBe(false);
    expect(masked('1234', '', { text: long, by: '#' })).toBe(`${'a'.repeat(100_000)} […]`);
  });
});
