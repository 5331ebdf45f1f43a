import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT, sourceFiles } from './source-files.ts';
import { strayWords } from './words.ts';

const WRITTEN = ['.ts', '.tsx', '.mjs', '.css', '.md', '.json', '.yaml', '.yml'];
/** Names of other people's packages. */
const LISTS = new Set(['pnpm-lock.yaml']);

describe('the words of the house', () => {
  it.each([
    ['an identifier', 'const { me } = useSession();'],
    ['a comment', '/** The newest message of the thread. */'],
    ['a text on the screen', "empty: 'No conversations yet.',"],
    ['prose', 'Each topic has its own stream.'],
  ])('refuse %s', (_title, line) => {
    expect(strayWords('libs/x/src/x.ts', `first\n${line}`)).toEqual([expect.stringContaining('libs/x/src/x.ts:2 ')]);
  });

  it('let names of others pass', () => {
    expect(strayWords('a.ts', "sessionStorage.clear(); import 'node:worker_threads';")).toEqual([]);
    expect(strayWords('a.ts', 'sessionStorage of this session')).toHaveLength(1);
  });

  it('are the only ones in every source and document', () => {
    const files = sourceFiles(WRITTEN).filter((file) => !LISTS.has(file));
    expect(files.length).toBeGreaterThan(500);
    expect(files.flatMap((file) => strayWords(file, readFileSync(path.join(ROOT, file), 'utf8')))).toEqual([]);
  });
});
