/** What a visitor downloads before the chat page works, from the manifests of the build, which `npm test` makes first. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { root } from '../../tools/paths.ts';

const BUILD = path.join(root, 'apps/web/.next');
const KIB = 1024;
const FIRST_LOAD_KIB = 200;
const CSS_KIB = 20;
/** Text that only zod's code has; a schema in the browser would bring it. */
const ZOD_MARKS = ['ZodError', 'invalid_union', '_zod'];

interface PageManifest {
  readonly entryJSFiles: Readonly<Record<string, readonly string[]>>;
  readonly entryCSSFiles: Readonly<Record<string, readonly { readonly path: string }[]>>;
}

function read(file: string): string {
  const full = path.join(BUILD, file);
  if (!existsSync(full)) {
    throw new Error(`apps/web is not built (${file} is missing): run "npm test -- bundle-budget", which builds it`);
  }
  return readFileSync(full, 'utf8');
}

/** The manifest is a script that assigns JSON. */
function pageManifest(page: string): PageManifest {
  const script = read(`server/app${page}_client-reference-manifest.js`);
  const start = script.indexOf('{', script.indexOf(`__RSC_MANIFEST["${page}"]`));
  return JSON.parse(script.slice(start, script.lastIndexOf('}') + 1)) as PageManifest;
}

function firstLoad(): string[] {
  const { rootMainFiles } = JSON.parse(read('build-manifest.json')) as { rootMainFiles: string[] };
  const entries = Object.values(pageManifest('/c/[chatId]/page').entryJSFiles).flat();
  return [...new Set([...rootMainFiles, ...entries])];
}

function gzipped(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + gzipSync(read(file)).length, 0) / KIB;
}

describe('the bundle of the chat page', () => {
  it(`is at most ${String(FIRST_LOAD_KIB)} KiB of gzipped JavaScript at first load`, () => {
    const files = firstLoad();
    expect(files.length).toBeGreaterThan(3);
    expect(gzipped(files)).toBeLessThanOrEqual(FIRST_LOAD_KIB);
  });

  it(`has at most ${String(CSS_KIB)} KiB of gzipped CSS`, () => {
    const styles = Object.values(pageManifest('/c/[chatId]/page').entryCSSFiles).flat();
    expect(gzipped([...new Set(styles.map((style) => style.path))])).toBeLessThanOrEqual(CSS_KIB);
  });

  it('has no zod in it, and no markdown parser before there is something to parse', () => {
    for (const file of firstLoad()) {
      const code = read(file);
      for (const mark of [...ZOD_MARKS, 'mdast', 'micromark'])
        expect(code.includes(mark) ? `${mark} in ${file}` : '').toBe('');
    }
  });
});
