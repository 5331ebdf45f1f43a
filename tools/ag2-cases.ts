/**
 * Runs AG2's own test cases in our words, exactly those that docs/reference/ag2-parity.md names, and says how many they
 * are and how long they took: `node tools/ag2-cases.ts`. Fails when one fails or when they are fewer than 150.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..');
const LEAST = 150;

/** The test files that the table of parity says are nearest to AG2's. Throws Error when it does not say so any more. */
export function ag2Files(parity: string): readonly string[] {
  const named = /Those nearest to AG2’s, in ([^]*?),\s+are over/.exec(parity)?.[1];
  if (named === undefined) throw new Error('docs/reference/ag2-parity.md names no cases of AG2');
  return [...named.matchAll(/`([a-z0-9-]+)`/g)].map(([, name = '']) =>
    path.join('libs/engine/src', name === 'expression' ? 'expression' : '', `${name}.test.ts`),
  );
}

function main(): number {
  const files = ag2Files(readFileSync(path.join(ROOT, 'docs/reference/ag2-parity.md'), 'utf8'));
  const folder = mkdtempSync(path.join(tmpdir(), 'colloquy-ag2-'));
  const report = path.join(folder, 'report.json');
  try {
    const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const jest = ['node_modules/jest/bin/jest.js', '--runInBand', '--json', `--outputFile=${report}`];
    const began = performance.now();
    const { status } = spawnSync(process.execPath, [...flags, ...jest, '--runTestsByPath', ...files], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const { numPassedTests: passed } = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number };
    console.log(`${String(passed)} cases in ${String(files.length)} files: ${seconds} s`);
    return status === 0 && passed >= LEAST ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) process.exitCode = main();
