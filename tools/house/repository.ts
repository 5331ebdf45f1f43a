import { readFileSync } from 'node:fs';
import path from 'node:path';
import { commands, helpFor } from '../help.mjs';
import type { Repository } from './docs-check.ts';
import { ROOT, sourceFiles } from './source-files.ts';

/** This repository, as the documents' check sees it. */
export function thisRepository(): Repository {
  const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
  const manifest = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  return {
    files: sourceFiles(['']),
    read,
    scripts: Object.keys(manifest.scripts),
    help: (command) => (commands.includes(command) ? helpFor(command) : undefined),
  };
}

/** Every Markdown file that people read here. */
export const documents = (): string[] => sourceFiles(['.md']);
