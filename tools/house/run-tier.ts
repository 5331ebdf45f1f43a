import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runStep } from './run-step.ts';
import { ROOT } from './source-files.ts';
import { SETTINGS, tally, type JestReport, type Tally, type Tier } from './test-tiers.ts';

/** Runs Jest over the files of one tier, showing its progress; a run that ends without a report is one failure. */
export async function runTier(tier: Tier, files: readonly string[]): Promise<Tally & { seconds: number }> {
  const { workers, testMs, tierMs } = SETTINGS[tier];
  const report = path.join(ROOT, '.cache/test', `${tier}.json`);
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const result = await runStep({
    name: tier,
    live: true,
    timeoutMs: tierMs,
    env: { NODE_ENV: 'test' },
    args: [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      `--testTimeout=${testMs}`,
      ...(workers === 1 ? ['--runInBand'] : [`--maxWorkers=${workers}`]),
      '--json',
      `--outputFile=${report}`,
      '--reporters=default',
      // As patterns and not as paths: Jest repeats paths in its summary, hundreds of them.
      '--testMatch',
      ...files.map((file) => `<rootDir>/${file.replace(/[[\](){}*!+@]/g, '?')}`),
    ],
  });
  const outcome = read(report);
  const failed = Math.max(outcome.failed, result.ok ? 0 : 1);
  return { ...outcome, failed, seconds: result.seconds };
}

function read(report: string): Tally {
  try {
    return tally(JSON.parse(readFileSync(report, 'utf8')) as JestReport, ROOT);
  } catch {
    console.error(`no report in ${path.relative(ROOT, report)}: Jest crashed or took too long`);
    return { passed: 0, failed: 1, skipped: 0, tests: [] };
  }
}
