import path from 'node:path';

/** The tiers in the order in which they run: a fault is found where it is cheapest. */
export const TIERS = ['pure', 'int', 'e2e'] as const;

/**
 * `pure`: milliseconds, no server (`x.test.ts`). `int`: real servers on free ports (`x.int.test.ts`).
 * `e2e`: the whole house (`e2e/<name>/x.test.ts`).
 */
export type Tier = (typeof TIERS)[number];

/** What one tier asks of Jest. */
export interface TierSettings {
  /** How many test files run at once. */
  readonly workers: number;
  /** How long one test may take, in milliseconds, unless it says otherwise. */
  readonly testMs: number;
  /** How long the tier may take, in milliseconds. */
  readonly tierMs: number;
}

const MINUTE = 60_000;

/** How long all of `npm test` may take, checks and preparation included, in milliseconds: what CONTRIBUTING.md promises. */
export const WHOLE_RUN_MS = 50 * MINUTE;

/** Two cores: pure and int files run two at a time; e2e starts whole houses, so one at a time. */
export const SETTINGS: Readonly<Record<Tier, TierSettings>> = {
  pure: { workers: 2, testMs: 10_000, tierMs: 8 * MINUTE },
  int: { workers: 2, testMs: 30_000, tierMs: 10 * MINUTE },
  e2e: { workers: 1, testMs: 2 * MINUTE, tierMs: 40 * MINUTE },
};

/** How long a tier may take when the run has taken `elapsedMs` so far: its own limit, or what is left of the whole run. */
export const tierBudget = (tier: Tier, elapsedMs: number): number =>
  Math.max(0, Math.min(SETTINGS[tier].tierMs, WHOLE_RUN_MS - elapsedMs));

/** How long one test file took, in milliseconds. */
export interface TimedFile {
  readonly file: string;
  readonly ms: number;
}

/** What is wrong with a run that took `elapsedMs`: undefined within the budget, else words that name the slowest files. */
export function overBudget(elapsedMs: number, files: readonly TimedFile[]): string | undefined {
  if (elapsedMs < WHOLE_RUN_MS) return undefined;
  const took = `npm test may take ${WHOLE_RUN_MS / MINUTE} min in all and took ${(elapsedMs / MINUTE).toFixed(1)} min.`;
  const slowest = [...files].sort((a, b) => b.ms - a.ms).slice(0, 5);
  const lines = slowest.map(({ file, ms }) => `  ${(ms / 1000).toFixed(0).padStart(5)} s  ${file}`);
  return lines.length === 0 ? took : [`${took} The slowest files:`, ...lines].join('\n');
}

/** The tier of a test file, by its path from the root; undefined for a file that is no test. */
export function tierOf(file: string): Tier | undefined {
  if (!/\.test\.tsx?$/.test(file)) return undefined;
  if (file.startsWith('e2e/')) return 'e2e';
  return /\.int\.test\.tsx?$/.test(file) ? 'int' : 'pure';
}

/** Whether a name is one of the tiers. */
export const isTier = (name: string): name is Tier => (TIERS as readonly string[]).includes(name);

/** The files of one tier whose path holds at least one of the patterns; all of them when there are none. */
export function selectTests(files: readonly string[], tier: Tier, patterns: readonly string[]): string[] {
  return files.filter(
    (file) => tierOf(file) === tier && (patterns.length === 0 || patterns.some((pattern) => file.includes(pattern))),
  );
}

/** One finished test. */
export interface TimedTest {
  readonly name: string;
  readonly file: string;
  readonly ms: number;
}

/** What a tier came to. */
export interface Tally {
  readonly passed: number;
  /** Failed tests, and files that could not be run at all. */
  readonly failed: number;
  /** Tests that were left out by their own file; they prove nothing and are said. */
  readonly skipped: number;
  readonly tests: readonly TimedTest[];
}

/** The parts of Jest's report (`--json`) that we read. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly duration?: number | null }[];
  }[];
}

/** Adds up one report. A file that fails before its first test counts as one failure, so that it cannot hide. */
export function tally(report: JestReport, root: string): Tally {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
    tests: report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ fullName, duration }) => ({
        name: fullName,
        file: path.relative(root, name),
        ms: duration ?? 0,
      })),
    ),
  };
}

/** The last line and the exit code: nothing run is a failure too. */
export function verdict(tallies: readonly Pick<Tally, 'passed' | 'failed'>[]): { line: string; code: 0 | 1 } {
  const passed = tallies.reduce((sum, one) => sum + one.passed, 0);
  const failed = tallies.reduce((sum, one) => sum + one.failed, 0);
  return { line: `${passed} passed, ${failed} failed`, code: failed === 0 && passed > 0 ? 0 : 1 };
}

/** The slowest tests, slowest first. */
export function slowest(tests: readonly TimedTest[], count: number): TimedTest[] {
  return [...tests].sort((a, b) => b.ms - a.ms).slice(0, count);
}
