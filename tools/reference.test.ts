import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { referenceFiles, staleReferences, writeReferences } from './reference.ts';

describe('docs/reference', () => {
  it('is what the schemas say; if not, run: node tools/reference.ts', () => {
    expect(staleReferences()).toEqual([]);
  });

  it('is found stale when a file is missing or another one', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'colloquy-reference-'));
    try {
      expect(staleReferences(dir)).toEqual([...referenceFiles().keys()]);
      writeReferences(dir);
      expect(staleReferences(dir)).toEqual([]);
      writeFileSync(path.join(dir, 'events.md'), 'something else');
      expect(staleReferences(dir)).toEqual(['events.md']);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
