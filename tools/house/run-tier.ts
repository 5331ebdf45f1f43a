import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runStep } from './run-step.ts';
import { ROOT } from './source-files.ts';
import { SETTINGS, tally, type JestReport, type Tally, type Tier, type TimedFile } from './test-tiers.ts';

/**
 * Runs Jest over the files of one tier for at most `timeoutMs`, showing its progress; a run that ends without a report is
 * one failure.
 */
export async function runTier(
  tier: Tier,
  files: readonly string[],
  timeoutMs: number,
): Promise<Tally & { seconds: number; files: readonly TimedFile[] }> {
  const { workers, testMs } = SETTINGS[tier];
  const report = path.join(ROOT, '.cache/test', `${tier}.json`);
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const times = path.join(ROOT, '.cache/test', `${tier}.files.jsonl`);
  writeFileSync(times, '');
  const result = await runStep({
    name: tier,
    live: true,
    timeoutMs,
    env: { NODE_ENV: 'test', TEST_FILE_TIMES: times },
    args: [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      `--testTimeout=${testMs}`,
      ...(workers === 1 ? ['--runInBand'] : [`--maxWorkers=${workers}`]),
      '--json',
      `--outputFile=${report}`,
      '--reporters=default',
      '--reporters=<rootDir>/tools/house/file-times.mjs',
      // As patterns and not as paths: Jest repeats paths in its summary, hundreds of them.
      '--testMatch',
      ...files.map((file) => `<rootDir>/${file.replace(/[[\](){}*!+@]/g, '?')}`),
    ],
  });
  const outcome = read(report);
  const failed = Math.max(outcome.failed, result.ok ? 0 : 1);
  return { ...outcome, failed, seconds: result.seconds, files: readTimes(times) };
}

function read(report: string): Tally {
  try {
    return tally(JSON.parse(readFileSync(report, 'utf8')) as JestReport, ROOT);
  } catch {
    console.error(`no report in ${path.relative(ROOT, report)}: Jest crashed or took too long`);
    return { passed: 0, failed: 1, skipped: 0, tests: [] };
  }
}

/** The test files that ended, also those of a run that was cut off. */
function readTimes(times: string): TimedFile[] {
  return readFileSync(times, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TimedFile)
    .map(({ file, ms }) => ({ file: path.relative(ROOT, file), ms }));
}
