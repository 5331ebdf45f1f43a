import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { runStep } from '../house/run-step.ts';
import { ROOT } from '../house/source-files.ts';
import type { Mutant } from './score.ts';
import { WITH_PROPERTIES } from './subjects.ts';

/** Where StrykerJS lives: a package of its own with pinned versions, no part of the workspace's install. */
const FOLDER = path.join(import.meta.dirname, 'stryker');
const INSTALL_MS = 300_000;
const CACHE = path.join(ROOT, '.cache/mutation');

/** What is mutated, and how it is judged. */
export interface Mutation {
  /** Files from the root of the repository, which may end in lines: `a.ts:40-60`. */
  readonly files: readonly string[];
  /** Property tests judge too. */
  readonly properties: boolean;
  /** Mutants of what runs only while the code is loaded are tried too. */
  readonly statics: boolean;
  /** How many processes judge at once. */
  readonly workers: number;
  /** Judges anew what was judged before. */
  readonly fresh: boolean;
  /** Says nothing while it goes on. */
  readonly quiet: boolean;
}

/** Makes the mutants and judges them; undefined when StrykerJS failed, which has then said why. */
export async function mutate(mutation: Mutation): Promise<readonly Mutant[] | undefined> {
  await install();
  mkdirSync(CACHE, { recursive: true });
  const results = path.join(CACHE, 'results.json');
  rmSync(results, { force: true });
  const { ok, output } = await runStep({
    name: 'mutation',
    live: !mutation.quiet,
    args: ['--disable-warning=ExperimentalWarning', path.join(FOLDER, 'mutate.mjs'), optionsOf(mutation), results],
    ...(mutation.properties ? { env: { [WITH_PROPERTIES]: 'true' } } : {}),
  });
  if (!ok) {
    console.error(output);
    return undefined;
  }
  const mutants = JSON.parse(readFileSync(results, 'utf8')) as readonly Mutant[];
  return mutants.map((mutant) => ({ ...mutant, fileName: path.relative(ROOT, path.resolve(ROOT, mutant.fileName)) }));
}

/** Options of StrykerJS, as JSON. */
function optionsOf({ files, statics, workers, fresh, quiet }: Mutation): string {
  const reporters = quiet ? { reporters: ['html'] } : {};
  return JSON.stringify({ mutate: files, ignoreStatic: !statics, concurrency: workers, force: fresh, ...reporters });
}

/** Installs what the lockfile says, when it is not there, with the npm that came with Node. */
async function install(): Promise<void> {
  const lock = readFileSync(path.join(FOLDER, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  const stamp = path.join(FOLDER, 'node_modules', '.installed');
  if (installedHash(stamp) === hash) return;
  console.error('Installing StrykerJS …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', args, { cwd: FOLDER, timeout: INSTALL_MS });
  writeFileSync(stamp, hash);
}

function installedHash(stamp: string): string | undefined {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}
