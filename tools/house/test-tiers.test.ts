import { describe, expect, it } from '@jest/globals';
import {
  overBudget,
  selectTests,
  SETTINGS,
  slowest,
  tally,
  tierBudget,
  tierOf,
  verdict,
  WHOLE_RUN_MS,
  type JestReport,
} from './test-tiers.ts';

const files = [
  'libs/engine/src/evolve.ts',
  'libs/engine/src/evolve.test.ts',
  'libs/messaging/src/chat-log.int.test.ts',
  'apps/web/src/chat/transcript.test.tsx',
  'e2e/flow/arrows.test.ts',
  'e2e/chaos/kill.int.test.ts',
];

const report: JestReport = {
  numPassedTests: 2,
  numFailedTests: 1,
  numPendingTests: 1,
  numTodoTests: 1,
  numRuntimeErrorTestSuites: 1,
  testResults: [
    { name: '/house/libs/a.test.ts', assertionResults: [{ fullName: 'a one', duration: 7 }, { fullName: 'a two' }] },
    { name: '/house/libs/b.test.ts', assertionResults: [] },
  ],
};

describe('test tiers', () => {
  it('are read off the path', () => {
    expect(files.map(tierOf)).toEqual([undefined, 'pure', 'int', 'pure', 'e2e', 'e2e']);
  });

  it('hold every test exactly once', () => {
    const tests = (['pure', 'int', 'e2e'] as const).flatMap((tier) => selectTests(files, tier, []));
    expect(tests.sort()).toEqual(files.slice(1).sort());
  });

  it('can be narrowed by parts of a path', () => {
    expect(selectTests(files, 'pure', ['engine', 'store'])).toEqual(['libs/engine/src/evolve.test.ts']);
    expect(selectTests(files, 'int', ['engine'])).toEqual([]);
  });
});

describe('the verdict', () => {
  it('counts a file that could not run as a failure', () => {
    expect(tally(report, '/house')).toMatchObject({ passed: 2, failed: 2, skipped: 2 });
  });

  it('is good only when something ran and nothing failed', () => {
    expect(
      verdict([
        { passed: 3, failed: 0 },
        { passed: 4, failed: 0 },
      ]),
    ).toEqual({ line: '7 passed, 0 failed', code: 0 });
    expect(verdict([{ passed: 3, failed: 1 }])).toEqual({ line: '3 passed, 1 failed', code: 1 });
    expect(verdict([])).toEqual({ line: '0 passed, 0 failed', code: 1 });
  });

  it('names the slowest first', () => {
    const { tests } = tally(report, '/house');
    expect(slowest(tests, 1)).toEqual([{ name: 'a one', file: 'libs/a.test.ts', ms: 7 }]);
  });
});

describe('the whole run', () => {
  it('leaves a tier no more than what is left of the whole run', () => {
    expect(WHOLE_RUN_MS).toBe(50 * 60_000);
    expect(tierBudget('e2e', 0)).toBe(SETTINGS.e2e.tierMs);
    expect(tierBudget('e2e', 27 * 60_000)).toBe(23 * 60_000);
    expect(tierBudget('e2e', 51 * 60_000)).toBe(0);
  });

  it('that took longer fails in words that name the slowest files', () => {
    const files = ['a', 'b', 'c', 'd', 'e', 'f'].map((file, at) => ({ file, ms: at * 1000 }));
    expect(overBudget(WHOLE_RUN_MS - 1, files)).toBeUndefined();
    const words = overBudget(WHOLE_RUN_MS + 30_000, files);
    expect(words).toMatch(/^npm test may take 50 min in all and took 50\.5 min\. The slowest files:\n +5 s {2}f\n/);
    expect(words).not.toContain('  a');
    expect(overBudget(WHOLE_RUN_MS, [])).toBe('npm test may take 50 min in all and took 50.0 min.');
  });
});
