import { describe, expect, it } from '@jest/globals';
import { parseScaleOptions, SCALED } from './scale-options.ts';

describe('the options of a scale test', () => {
  it('measures every service with up to four instances unless it is told otherwise', () => {
    expect(parseScaleOptions([])).toEqual({ services: [...SCALED], most: 4, seconds: 8, people: 16, json: false });
    expect(parseScaleOptions(['--services', 'persistence, orchestrator', '--most', '2', '--json'])).toMatchObject({
      services: ['persistence', 'orchestrator'],
      most: 2,
      json: true,
    });
    expect(parseScaleOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [['--services', 'mongodb'], 'not "mongodb"'],
    [['--most', '1'], '--most is a whole number from 2 to 16'],
    [['--seconds', '1.5'], '--seconds is a whole number'],
    [['--people', ''], '--people is a whole number'],
    [['--speed', '9'], "Unknown option '--speed'"],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => parseScaleOptions(args)).toThrow(message);
  });
});
