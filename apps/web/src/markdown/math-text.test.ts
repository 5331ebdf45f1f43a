import { describe, expect, it } from '@jest/globals';
import { hasMath, withDollars } from './math-text.ts';

describe('formulas in a text', () => {
  it('are found by their marks', () => {
    expect(['It costs $5 and $6.', 'a (b) [c]'].some(hasMath)).toBe(false);
    expect(['$$x$$', 'so \\(x\\)', '\\[x\\]'].every(hasMath)).toBe(true);
  });

  it('are given the marks that the parser knows, within a line and on lines of their own', () => {
    expect(withDollars('so \\( a^2 \\) is')).toBe('so $$a^2$$ is');
    expect(withDollars('so \\[ a^2 \\] is')).toBe('so \n$$\na^2\n$$\n is');
  });

  it('stay as they are in code, and while they are not complete', () => {
    for (const text of ['`\\(a\\)`', '```tex\n\\[a\\]\n```', '```tex\n\\[a\\]', 'so \\(a', 'so \\[a']) {
      expect(withDollars(text)).toBe(text);
    }
  });
});
