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

  it('look at a long text part by part, so that nothing stands beyond what they see', () => {
    for (const before of [99_998, 100_000, 149_999, 1_000_000]) {
      const long = `${'a'.repeat(before)}1234${'b'.repeat(7)}`;
      expect([before, found('1234', '', long), found('^b|1235', '', long)]).toEqual([before, true, false]);
      expect(masked('1234', '', { text: long, by: '#' })).toBe(`${'a'.repeat(before)}#${'b'.repeat(7)}`);
    }
    const many = 'ab'.repeat(80_000);
    expect(masked('a|(?=b)', '', { text: many, by: '#' })).toBe('#b'.repeat(80_000));
    expect(masked('b+a*|a', 'y', { text: `${'b'.repeat(140_000)}aac`, by: '#' })).toBe('#c');
  });
});
