import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatOf } from './format.ts';

const { bytes, span } = formatOf('en');

describe('a span', () => {
  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [59_960, '1 min 0 s'],
    [119_700, '2 min 0 s'],
    [3_599_700, '1 h 0 min'],
    [3_660_000, '1 h 1 min'],
  ])('of %d ms is %s', (ms, text) => {
    expect(span(ms)).toBe(text);
  });

  it('never names a full unit as a rest of the next one', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10_000_000, noNaN: true }), (ms) => {
        expect(span(ms)).not.toMatch(/\b60 (s|min)\b|\b1,?000 ms/);
      }),
    );
  });
});

describe('a number of bytes', () => {
  it.each([
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [10_200, '10 KiB'],
    [1_048_200, '1.0 MiB'],
    [10_450_000, '10 MiB'],
  ])('of %d is %s', (count, text) => {
    expect(bytes(count)).toBe(text);
  });
});
