import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isOfFormat, JSON_FORMATS } from './json-formats.ts';

/** Format, texts of it, and texts that are not. */
const cases: readonly [string, readonly string[], readonly string[]][] = [
  ['date', ['2026-12-31'], ['2026-13-01', '2026-1-1', '2026-12-31T00:00:00Z']],
  ['time', ['23:59:60Z', '08:00:00.5+02:00'], ['8:00', '24:00:00Z', '08:00:00']],
  ['date-time', ['2026-01-01T00:00:00Z', '2026-01-01t00:00:00.123-01:30'], ['2026-01-01 00:00:00Z', '2026-01-01']],
  ['duration', ['P1D', 'PT5M', 'P1Y2M3DT4H5M6S', 'P3W'], ['P', 'PT', '5M', 'P1DT']],
  ['email', ['ada@example.com'], ['ada', 'ada@', '@example.com', 'a b@example.com', 'a@b@c']],
  ['hostname', ['example.com', 'a'], ['-a.com', 'a..b', 'a_b']],
  ['ipv4', ['127.0.0.1', '255.255.255.255'], ['256.1.1.1', '1.2.3']],
  ['uuid', ['0198c0de-0000-7000-8000-00000000000A'], ['0198c0de', 'z198c0de-0000-7000-8000-000000000000']],
  ['uri', ['https://example.com/a?b=c', 'mailto:a@b'], ['example.com', 'http://a b', ':x']],
];

describe('the formats of JSON Schema', () => {
  it.each(cases)('%s', (format, fitting, faulty) => {
    expect(fitting.filter((text) => !isOfFormat(format, text))).toEqual([]);
    expect(faulty.filter((text) => isOfFormat(format, text))).toEqual([]);
  });

  it('are all tested, and one that nobody knows forbids nothing', () => {
    expect(cases.map(([format]) => format)).toEqual(JSON_FORMATS);
    expect(isOfFormat('colour', 'anything')).toBe(true);
  });

  it('take no long time over any text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...JSON_FORMATS),
        fc.constantFrom('a', '1', 'a.', '1.', '-a', 'P1', ':'),
        (format, piece) => {
          isOfFormat(format, piece.repeat(20_000));
        },
      ),
    );
  });
});
