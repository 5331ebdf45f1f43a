import { describe, expect, it } from '@jest/globals';
import { acceptOf, kindsOf, refusalOf, type FileLimits } from './file-limits.ts';

const limits: FileLimits = {
  maxBytes: 1000,
  maxPerMessage: 2,
  types: ['image/png', 'image/jpeg', 'text/*', 'application/json'],
};
const check = (name: string, type: string, size = 10): string | undefined => refusalOf({ name, type, size }, limits, 0);

describe('what may be attached', () => {
  it.each([
    ['a.png', 'image/png'],
    ['a.md', 'text/markdown'],
    ['Makefile', ''],
    ['a.ts', 'video/mp2t'],
    ['a.js', 'application/javascript'],
    ['a.json', 'application/json'],
    ['a.svg', 'image/svg+xml'],
  ])('%s (%s) is tried: only its bytes tell', (name, type) => {
    expect(check(name, type)).toBeUndefined();
  });

  it.each([
    ['a.heic', 'image/heic'],
    ['a.pdf', 'application/pdf'],
    ['a.mp4', 'video/mp4'],
    ['a.zip', 'application/zip'],
    ['a.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ])('%s (%s) is refused before it is sent', (name, type) => {
    expect(check(name, type)).toBe('type');
  });

  it('is not too large, not empty, and not too many', () => {
    expect(check('a.txt', 'text/plain', 1000)).toBeUndefined();
    expect(check('a.txt', 'text/plain', 1001)).toBe('size');
    expect(check('a.txt', 'text/plain', 0)).toBe('empty');
    expect(refusalOf({ name: 'a.txt', type: 'text/plain', size: 1 }, limits, 2)).toBe('count');
  });

  it('is said in words, and to the picker', () => {
    expect(kindsOf(limits, 'text')).toEqual(['PNG', 'JPEG', 'text', 'JSON']);
    expect(acceptOf(limits)).toMatch(/^image\/png,image\/jpeg,text\/\*,application\/json,\.md,/);
    expect(acceptOf({ ...limits, types: ['image/png'] })).toBe('image/png');
    expect(refusalOf({ name: 'a.txt', type: 'text/plain', size: 1 }, { ...limits, types: ['image/png'] }, 0)).toBe(
      'type',
    );
  });
});
