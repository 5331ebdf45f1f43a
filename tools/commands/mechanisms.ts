/** `npm run mechanisms`: takes each mechanism out in turn, and says whether a test notices. */
import { parseArgs } from 'node:util';
import { helpFor } from '../help.mjs';
import { stopStepsOnSignals } from '../house/run-step.ts';
import type { Outcome } from '../mechanisms/judge.ts';
import { mechanisms } from '../mechanisms/mechanisms.ts';
import { outOfDate } from '../mechanisms/out-of-date.ts';
import { runMechanisms } from '../mechanisms/run-mechanisms.ts';

/** Two cores, two test files at once. */
const WORKERS = 2;
const WORDS: Readonly<Record<Outcome['verdict'], string>> = {
  noticed: 'fails as it should',
  'not noticed': 'NOT noticed',
  'fails anyway': 'FAILS WITH IT TOO',
  broken: 'NO JUDGEMENT',
  'not run': 'DID NOT END',
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help === true) console.log(helpFor('mechanisms'));
else process.exitCode = await main(values.only);

async function main(only: readonly string[]): Promise<number> {
  stopStepsOnSignals();
  const chosen = mechanisms.filter(({ name }) => only.length === 0 || only.includes(name));
  const unknown = only.filter((name) => !chosen.some((one) => one.name === name));
  if (unknown.length > 0) {
    console.error(`There is no mechanism "${unknown.join('", "')}". There are:`);
    for (const { name } of mechanisms) console.error(`  ${name}`);
    return 2;
  }
  const faults = outOfDate(chosen);
  if (faults.length > 0) {
    console.error(`The table in tools/mechanisms is out of date:\n${faults.join('\n')}`);
    return 1;
  }
  const began = Date.now();
  const width = Math.max(...chosen.map(({ name }) => name.length));
  const tell = values.json ? () => undefined : (outcome: Outcome) => print(outcome, { width, told: only.length > 0 });
  const outcomes = await runMechanisms(chosen, { workers: WORKERS, onOutcome: tell });
  const noticed = outcomes.filter(({ verdict }) => verdict === 'noticed').length;
  const seconds = Math.round((Date.now() - began) / 1000);
  if (values.json) console.log(JSON.stringify({ seconds, mechanisms: chosen.length, noticed, outcomes }));
  else console.log(`\n${noticed} of ${chosen.length} mechanisms are missed when they are gone, in ${seconds} s`);
  return noticed === chosen.length ? 0 : 1;
}

function print({ name, verdict, test, said }: Outcome, { width, told }: { width: number; told: boolean }): void {
  console.log(`${verdict === 'noticed' ? '✓' : '✗'} ${name.padEnd(width)}  ${WORDS[verdict]}  ${test}`);
  if (said !== '' && (told || verdict !== 'noticed')) console.log(said.replace(/^/gm, '      '));
}
