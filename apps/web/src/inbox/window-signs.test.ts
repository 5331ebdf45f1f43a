import { describe, expect, it } from '@jest/globals';
import { iconWithCount, titleWithCount } from './window-signs.ts';

describe('the tab', () => {
  it('has the number of questions before its title, once, whatever was there', () => {
    expect(titleWithCount('Inbox · Colloquy', 2)).toBe('(2) Inbox · Colloquy');
    expect(titleWithCount('(2) Inbox · Colloquy', 3)).toBe('(3) Inbox · Colloquy');
    expect(titleWithCount('(99+) Inbox', 120)).toBe('(99+) Inbox');
    expect(titleWithCount('(3) Inbox · Colloquy', 0)).toBe('Inbox · Colloquy');
    expect(titleWithCount('(draft) plan', 0)).toBe('(draft) plan');
  });

  it('has it on its icon too, without loading anything', () => {
    const svg = (count: number) => decodeURIComponent(iconWithCount(count).replace('data:image/svg+xml,', ''));
    expect(svg(3)).toContain('>3</text>');
    expect(svg(12)).toContain('>9+</text>');
    expect(svg(3)).not.toMatch(/href|url\(|<script/);
  });
});
