import { readdirSync } from 'node:fs';
import path from 'node:path';

/** The folder that holds this repository. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** Written by tools and ignored by git. `next build` writes next-env.d.ts. */
const SKIPPED = new Set([
  'node_modules',
  'dist',
  '.next',
  '.git',
  '.cache',
  '.data',
  '.nx',
  'coverage',
  'next-env.d.ts',
]);

/** All files of the repository whose name ends in one of `endings`, as sorted paths from its root; built output left out. */
export function sourceFiles(endings: readonly string[], under = ''): string[] {
  return readdirSync(path.join(ROOT, under), { withFileTypes: true })
    .flatMap((entry) => {
      const file = path.posix.join(under, entry.name);
      if (SKIPPED.has(entry.name)) return [];
      if (entry.isDirectory()) return sourceFiles(endings, file);
      return endings.some((ending) => entry.name.endsWith(ending)) ? [file] : [];
    })
    .sort();
}
