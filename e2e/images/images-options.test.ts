import { describe, expect, it } from '@jest/globals';
import { parseImagesOptions } from './images-options.ts';

describe('npm run test:images', () => {
  it('knows its phases', () => {
    expect(parseImagesOptions([])).toEqual({ phase: 'all' });
    expect(parseImagesOptions(['--phase', 'build'])).toEqual({ phase: 'build' });
    expect(() => parseImagesOptions(['--phase=none'])).toThrow('build, run, all');
    expect(() => parseImagesOptions(['--fast'])).toThrow('--fast');
  });
});
