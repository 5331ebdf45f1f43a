/**
 * Writes docs/reference from the schemas in libs/contracts: events.md, openapi.json, asyncapi.yaml.
 * `node tools/reference.ts` writes; with `--check` it only says what is out of date, and fails.
 */
import { asyncApiDocument, eventsReference, openApiDocument } from '@colloquy/contracts';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

/** The folder of the generated reference. */
export const REFERENCE_DIR = path.join(import.meta.dirname, '..', 'docs', 'reference');

/** File name to text, as the schemas of this moment have it. */
export function referenceFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['events.md', eventsReference()],
    ['openapi.json', `${JSON.stringify(openApiDocument(), undefined, 2)}\n`],
    ['asyncapi.yaml', stringify(asyncApiDocument(), { aliasDuplicateObjects: false, lineWidth: 0 })],
  ]);
}

/** Names of the files in `dir` that are not what the schemas say. */
export function staleReferences(dir: string = REFERENCE_DIR): string[] {
  return [...referenceFiles()].filter(([name, text]) => read(path.join(dir, name)) !== text).map(([name]) => name);
}

/** Writes all files into `dir`. */
export function writeReferences(dir: string = REFERENCE_DIR): void {
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of referenceFiles()) writeFileSync(path.join(dir, name), text);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function main(args: readonly string[]): void {
  if (!args.includes('--check')) {
    writeReferences();
    return;
  }
  const stale = staleReferences();
  if (stale.length === 0) return;
  process.stderr.write(`docs/reference is out of date (${stale.join(', ')}): run node tools/reference.ts\n`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
