import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkDocs } from './docs-check.ts';
import { documents, thisRepository } from './repository.ts';
import { runStep, type StepResult } from './run-step.ts';
import { ROOT } from './source-files.ts';

const bin = {
  eslint: 'node_modules/eslint/bin/eslint.js',
  prettier: 'node_modules/prettier/bin/prettier.cjs',
  tsc: 'node_modules/typescript/bin/tsc',
};

/** Checks that need no server: lint beside types, then format and documents. `onDone` hears of each as it ends. */
export async function runChecks(options: {
  readonly fix?: boolean;
  readonly onDone: (result: StepResult) => void;
}): Promise<StepResult[]> {
  const fix = options.fix === true;
  const results: StepResult[] = [];
  const done = (result: StepResult): void => {
    results.push(result);
    options.onDone(result);
  };
  const format = async (): Promise<void> =>
    done(
      await runStep({ name: 'format', args: [bin.prettier, fix ? '--write' : '--check', '--log-level', 'warn', '.'] }),
    );
  const lint = async (): Promise<void> =>
    done(await runStep({ name: 'lint', args: [bin.eslint, '.', '--max-warnings', '0', ...(fix ? ['--fix'] : [])] }));
  const others = async (): Promise<void> => {
    done(await types());
    done(docs());
  };
  // Two lanes for two cores; what writes files (--fix) takes its turn.
  if (fix) await lint().then(format).then(others);
  else await Promise.all([lint(), others().then(format)]);
  return results;
}

/** Builds the packages, then checks tests and tools against their sources, then the web app. */
async function types(): Promise<StepResult> {
  const web = path.join(ROOT, 'apps/web');
  const steps = [
    { name: 'packages', args: [bin.tsc, '-b'] },
    { name: 'tests', args: [bin.tsc, '-p', 'tsconfig.tests.json'] },
  ];
  if (existsSync(path.join(web, 'tsconfig.json'))) {
    // next-env.d.ts and the route types are generated, and not in a fresh clone.
    steps.push({ name: 'routes', args: ['apps/web/node_modules/next/dist/bin/next', 'typegen', 'apps/web'] });
    steps.push({ name: 'web', args: [bin.tsc, '-p', 'apps/web', '--noEmit'] });
  }
  let seconds = 0;
  for (const step of steps) {
    const result = await runStep(step);
    seconds += result.seconds;
    if (!result.ok) return { ...result, name: 'types', seconds, output: `${step.name}:\n${result.output}` };
  }
  return { name: 'types', ok: true, seconds, output: '' };
}

function docs(): StepResult {
  const started = Date.now();
  const faults = checkDocs(documents(), thisRepository());
  const output = faults.map(({ file, line, message }) => `${file}:${line} ${message}`).join('\n');
  return { name: 'docs', ok: faults.length === 0, seconds: (Date.now() - started) / 1000, output };
}
