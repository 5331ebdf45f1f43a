import { expect, it } from '@jest/globals';
import { subjectMatches } from './subject-match.ts';

it.each([
  ['a.b', 'a.b', true],
  ['a.*', 'a.b', true],
  ['a.*', 'a.b.c', false],
  ['a.*', 'a', false],
  ['a.>', 'a.b.c', true],
  ['a.>', 'a', false],
  ['>', 'a.b', true],
  ['*.b', 'a.b', true],
  ['a.*.c', 'a.b.d', false],
])('%s takes %s: %s', (filter, subject, matches) => {
  expect(subjectMatches(filter, subject)).toBe(matches);
});
