import { describe, expect, it } from '@jest/globals';
import { spokenTexts, step, type Browsing } from './composer-history.ts';

const spoken = spokenTexts(['first', 'second', 'second', '', 'third']);

function walk(directions: readonly ('older' | 'newer')[], start = ''): string[] {
  let at: Browsing | undefined;
  let text = start;
  return directions.map((direction) => {
    const next = step(direction, { spoken, at, text });
    if (next !== undefined) {
      at = next;
      text = next.shown;
    }
    return text;
  });
}

describe('the history of a composer', () => {
  it('goes back through what was said, once each, and stops at the first', () => {
    expect(walk(['older', 'older', 'older', 'older'])).toEqual(['third', 'second', 'first', 'first']);
  });

  it('comes back to the empty field, and no further', () => {
    expect(walk(['older', 'older', 'newer', 'newer', 'newer'])).toEqual(['third', 'second', 'third', '', '']);
  });

  it('takes nothing away that is being written', () => {
    expect(step('older', { spoken, at: undefined, text: 'half a word' })).toBeUndefined();
    const at = step('older', { spoken, at: undefined, text: '' });
    expect(step('older', { spoken, at, text: 'third, changed' })).toBeUndefined();
    expect(step('newer', { spoken, at, text: 'third, changed' })).toBeUndefined();
  });

  it('of a chat in which nothing was said does nothing', () => {
    expect(step('older', { spoken: [], at: undefined, text: '' })).toBeUndefined();
  });
});
