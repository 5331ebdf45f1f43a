import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Sources and types of other people's packages; Node refuses to run TypeScript below node_modules in any case. */
const TYPES = /\.(?:ts|mts|cts|tsx)$/;
/** What only a debugger or a builder reads. */
const BUILD_FILES = /\.(?:map|tsbuildinfo)$|^tsconfig.*\.json$/;
const OUR_TYPES = /\.d\.[mc]?ts$/;
const TESTS = /\.(?:test|spec)\.[mc]?[jt]sx?$/;
/** Folders that only developers of a package use; their names are unmistakable below node_modules. */
const FOLDERS = new Set(['.bin', '.github', '.vscode', '__tests__', 'benchmark', 'benchmarks', 'test', 'tests']);

/**
 * Takes everything out of a folder that nothing needs to run: types, sources and maps of packages, tests, build files.
 * Symbolic links stay as they are.
 */
export async function strip(folder: string): Promise<void> {
  await walk(folder, false);
}

async function walk(folder: string, foreign: boolean): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const stat = await lstat(path);
    if (stat.isDirectory()) {
      const below = foreign || name === 'node_modules';
      if (below && FOLDERS.has(name)) await rm(path, { recursive: true });
      else await walk(path, below);
    } else if (!stat.isSymbolicLink() && isLeftOut(name, foreign)) await rm(path);
  }
}

/** Whether a file with this name is left out; `foreign`: below node_modules. */
export function isLeftOut(name: string, foreign: boolean): boolean {
  if (BUILD_FILES.test(name) || TESTS.test(name)) return true;
  return foreign ? TYPES.test(name) : OUR_TYPES.test(name);
}
