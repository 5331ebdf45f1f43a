import { stripVTControlCharacters } from 'node:util';
import type { Mechanism } from './mechanism.ts';

/** What became of the tests of one project: a line of the reporter. */
export interface ProjectRun {
  readonly project: string;
  /** Of the whole file. */
  readonly ms: number;
  /** Why the file could not be run. */
  readonly broken?: string;
  readonly tests: readonly { readonly fullName: string; readonly status: string; readonly failures: string[] }[];
}

/**
 * `noticed`: the test passes with the mechanism and fails without it. `not noticed`: it passes without it too.
 * `fails anyway`: it fails with it too. `broken`: without it the test did not come to a judgement: the sources cannot be
 * loaded, or nothing happened until Jest gave up. `not run`: it never came to an end, or Jest could not begin.
 */
export type Verdict = 'noticed' | 'not noticed' | 'fails anyway' | 'broken' | 'not run';

/** What came of one mechanism. */
export interface Outcome {
  readonly name: string;
  readonly promise: string;
  readonly verdict: Verdict;
  readonly test: string;
  /** How long the test took without it, in ms. */
  readonly ms: number;
  /** What the test said, or what was wrong. */
  readonly said: string;
}

type Found = Pick<Outcome, 'verdict' | 'said'>;

/** Says that the code is broken, not that a promise is. */
const NO_JUDGEMENT = /Exceeded timeout of|SyntaxError|ReferenceError|is not a function|Cannot find module/;

/** What the runs say of a mechanism; `whole` names the project in which nothing is missing, `output` is what Jest said. */
export function judge(
  mechanism: Mechanism,
  runs: readonly ProjectRun[],
  { whole: withAll, output }: { whole: string; output: string },
): Outcome {
  const { name, promise, test } = mechanism;
  const removed = runs.find(({ project }) => project === name);
  const whole = runs.find(({ project }) => project === withAll);
  const found: Found =
    removed === undefined || whole === undefined
      ? { verdict: 'not run', said: output }
      : (failsAnyway(whole, removed) ?? missed(removed));
  return { name, promise, test: `${test.file}: ${test.name}`, ms: removed?.ms ?? 0, ...found };
}

function failsAnyway(whole: ProjectRun, removed: ProjectRun): Found | undefined {
  if (whole.broken !== undefined) return { verdict: 'fails anyway', said: whole.broken };
  const titles = new Set(removed.tests.map(({ fullName }) => fullName));
  const failed = whole.tests.find(({ fullName, status }) => titles.has(fullName) && status === 'failed');
  return failed && { verdict: 'fails anyway', said: words(failed.failures[0]) };
}

function missed({ broken, tests }: ProjectRun): Found {
  if (broken !== undefined) return { verdict: 'broken', said: broken };
  if (tests.length === 0) return { verdict: 'broken', said: 'no test of this title ran' };
  const failures = tests.flatMap((one) => (one.status === 'failed' ? one.failures : []));
  if (failures.length === 0) return { verdict: 'not noticed', said: '' };
  const judged = failures.find((failure) => !NO_JUDGEMENT.test(failure));
  return judged === undefined
    ? { verdict: 'broken', said: words(failures[0]) }
    : { verdict: 'noticed', said: words(judged) };
}

/** The message without its stack and colours. */
function words(failure = ''): string {
  const lines = stripVTControlCharacters(failure).split('\n');
  return lines
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(0, 12)
    .join('\n');
}
