import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import base from '../../jest.config.mjs';
import { runStep } from '../house/run-step.ts';
import { ROOT } from '../house/source-files.ts';
import { judge, type Outcome, type ProjectRun } from './judge.ts';
import type { Edit, Mechanism, NamedTest } from './mechanism.ts';

/** How long one test may take, in ms: what waits for ever without its mechanism must end, and is then no proof. */
const TEST_MS = 30_000;
/** How long all tests of one file may take, in ms: so much to begin, and so much for each mechanism. */
const LIMIT_MS = { first: 60_000, each: 30_000 };
const FOLDER = path.join(ROOT, '.cache/mechanisms');

/** How the tests are run, and who is told of each outcome. */
export interface RunOptions {
  /** How many test files at once. */
  readonly workers: number;
  readonly onOutcome: (outcome: Outcome) => void;
}

/**
 * Runs the test of every mechanism twice, with it and without it. The sources are changed on their way into the tests; no
 * file is touched. There is one Jest a test file, with a project for each mechanism, so that one that never comes to an
 * end can be ended.
 * @returns the outcomes, in the order of the mechanisms
 */
export async function runMechanisms(mechanisms: readonly Mechanism[], options: RunOptions): Promise<Outcome[]> {
  mkdirSync(FOLDER, { recursive: true });
  const groups = [...Map.groupBy(mechanisms, ({ test }) => test.file)];
  const found = new Map<string, Outcome>();
  const work = async (): Promise<void> => {
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      for (const outcome of await runFile(...group)) {
        found.set(outcome.name, outcome);
        options.onOutcome(outcome);
      }
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  return mechanisms.flatMap(({ name }) => found.get(name) ?? []);
}

/** The mechanisms that are proven in one test file. When one hangs, the others are run again without it. */
async function runFile(file: string, mechanisms: readonly Mechanism[]): Promise<Outcome[]> {
  const whole = `with all: ${file}`;
  const tests = new Map(mechanisms.map(({ test }) => [test.name, test]));
  const projects = [
    project({ name: whole, file, edits: [], only: [...tests.values()] }),
    ...mechanisms.map(({ name, removal, test }) => project({ name, file, edits: removal, only: [test] })),
  ];
  const { begun, runs, output } = await runJest(projects, LIMIT_MS.first + LIMIT_MS.each * mechanisms.length);
  const hangs = mechanisms.find(({ name }) => begun.has(name) && !runs.some(({ project }) => project === name));
  if (hangs === undefined) return mechanisms.map((mechanism) => judge(mechanism, runs, { whole, output }));
  const rest = mechanisms.filter((mechanism) => mechanism !== hangs);
  return [judge(hangs, runs, { whole, output }), ...(rest.length === 0 ? [] : await runFile(file, rest))];
}

interface JestRun {
  readonly begun: ReadonlySet<string>;
  readonly runs: readonly ProjectRun[];
  readonly output: string;
}

async function runJest(projects: readonly object[], timeoutMs: number): Promise<JestRun> {
  const name = path.join(FOLDER, `${String(process.pid)}-${String((started += 1))}`);
  const [report, config] = [`${name}.jsonl`, `${name}.json`];
  writeFileSync(report, '');
  writeFileSync(config, JSON.stringify({ rootDir: ROOT, projects }));
  try {
    const { output } = await runStep({
      name: 'mechanisms',
      timeoutMs,
      env: { NODE_ENV: 'test', MECHANISMS_REPORT: report },
      args: [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        'node_modules/jest/bin/jest.js',
        `--config=${config}`,
        `--testTimeout=${String(TEST_MS)}`,
        '--runInBand',
        '--reporters=<rootDir>/tools/mechanisms/reporter.mjs',
      ],
    });
    const lines = readFileSync(report, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { begun: true; project: string } | ProjectRun);
    const begun = new Set(lines.map(({ project: name }) => name));
    return { begun, runs: lines.filter((line): line is ProjectRun => !('begun' in line)), output };
  } finally {
    for (const file of [report, config]) rmSync(file, { force: true });
  }
}

let started = 0;

function project(of: { name: string; file: string; edits: readonly Edit[]; only: readonly NamedTest[] }): object {
  const { name, file, edits, only } = of;
  const [[pattern, [, swc]] = ['', []]] = Object.entries<readonly unknown[]>(base.transform);
  return {
    ...base,
    // One for all: what is not changed is then transformed once.
    id: 'mechanisms',
    displayName: { name, color: 'white' },
    roots: [path.join(ROOT, path.dirname(file))],
    testMatch: [path.join(ROOT, file)],
    transform: { [pattern]: [path.join(ROOT, 'tools/mechanisms/without.mjs'), { root: ROOT, swc, edits, only }] },
  };
}
