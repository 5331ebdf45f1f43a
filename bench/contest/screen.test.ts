import { describe, expect, it } from '@jest/globals';
import { judge, Screen } from './screen.ts';

describe('a screen', () => {
  it('keeps when something was first to be seen', () => {
    const screen = new Screen();
    screen.add('');
    screen.replace('');
    expect(screen.firstAt).toBeUndefined();
    screen.add('w1 ');
    const first = screen.firstAt;
    screen.add('w2');
    expect([screen.text, screen.firstAt]).toEqual(['w1 w2', first]);
    screen.replace('w1');
    expect(screen.text).toBe('w1');
  });
});

describe('a judged text', () => {
  it('is whole when each word is there once', () => {
    expect(judge('w1 w2 w3 w4', 4)).toEqual({ shown: 4, lost: 0, gap: 0, doubled: 0 });
  });

  it('lacks what has not come, which is no gap', () => {
    expect(judge('w1 w2', 4)).toEqual({ shown: 2, lost: 2, gap: 0, doubled: 0 });
  });

  it('has a gap where later words are there', () => {
    expect(judge('w1 w4', 5)).toEqual({ shown: 2, lost: 3, gap: 2, doubled: 0 });
  });

  it('has words twice when an answer begins again below itself', () => {
    expect(judge('w1 w2 w3w1 w2 w3 w4', 4)).toEqual({ shown: 4, lost: 0, gap: 0, doubled: 3 });
  });

  it('takes nothing for a word that the answer does not have', () => {
    expect(judge('Say [[say:9]] w0 w10 w1', 9)).toEqual({ shown: 1, lost: 8, gap: 0, doubled: 0 });
    expect(judge('', 2)).toEqual({ shown: 0, lost: 2, gap: 0, doubled: 0 });
  });
});
