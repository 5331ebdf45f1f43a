/** `npm run mutation`: changes the engine in thousands of small ways, and says which of them no test notices. */
import { parseArgs } from 'node:util';
import { helpFor } from '../help.mjs';
import { stopStepsOnSignals } from '../house/run-step.ts';
import { ROOT } from '../house/source-files.ts';
import { mutate } from '../mutation/mutate.ts';
import { percent, scoreByFile, scoreOf, survivors, type Score } from '../mutation/score.ts';
import { subjectFiles } from '../mutation/subjects.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    properties: { type: 'boolean', default: false },
    static: { type: 'boolean', default: false },
    workers: { type: 'string', default: '1' },
    fresh: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help === true) console.log(helpFor('mutation'));
else process.exitCode = await main(positionals);

async function main(patterns: readonly string[]): Promise<number> {
  stopStepsOnSignals();
  process.chdir(ROOT);
  const workers = Number(values.workers);
  if (!Number.isInteger(workers) || workers < 1) {
    console.error('--workers is a whole number of at least 1');
    return 2;
  }
  const files = filesOf(patterns);
  if (files.length === 0) {
    console.error(`No file of evolve and next is called so. There are:\n  ${subjectFiles().join('\n  ')}`);
    return 2;
  }
  const { properties, static: statics, fresh, json: quiet } = values;
  const began = Date.now();
  const mutants = await mutate({ files, properties, statics, workers, fresh, quiet });
  if (mutants === undefined) return 1;
  const seconds = Math.round((Date.now() - began) / 1000);
  const total = scoreOf('all', mutants);
  const left = survivors(mutants);
  const byFile = scoreByFile(mutants);
  if (values.json) {
    console.log(JSON.stringify({ seconds, ...total, score: percent(total), files: byFile, survivors: left }));
  } else console.log(`\n${left.join('\n')}\n\n${[...byFile, total].map(line).join('\n')}\n\n${seconds} s`);
  return 0;
}

/** All files whose name holds one of the patterns, which may end in lines: `next.ts:40-60`. */
function filesOf(patterns: readonly string[]): string[] {
  if (patterns.length === 0) return [...subjectFiles()];
  return patterns.flatMap((pattern) => {
    const [name = '', ...lines] = pattern.split(':');
    return subjectFiles()
      .filter((file) => file.includes(name))
      .map((file) => [file, ...lines].join(':'));
  });
}

function line(score: Score): string {
  const { file, noticed, survived, ignored } = score;
  const rest = ignored === 0 ? '' : `, ${ignored} not tried`;
  return `${percent(score).toFixed(1).padStart(5)} %  ${file}: ${noticed} noticed, ${survived} not${rest}`;
}
