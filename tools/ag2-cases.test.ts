import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ag2Files } from './ag2-cases.ts';

const ROOT = path.join(import.meta.dirname, '..');

describe("AG2's cases", () => {
  it('are files that there are', () => {
    const files = ag2Files(readFileSync(path.join(ROOT, 'docs/reference/ag2-parity.md'), 'utf8'));
    expect(files.length).toBeGreaterThanOrEqual(20);
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
    expect(() => ag2Files('')).toThrow('names no cases');
  });
});
