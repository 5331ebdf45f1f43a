/** `npm run check`: everything about the sources that needs no server. Exits 1 when anything is wrong. */
import { parseArgs } from 'node:util';
import { helpFor } from '../help.mjs';
import { runChecks } from '../house/check-steps.ts';
import { stopStepsOnSignals, type StepResult } from '../house/run-step.ts';

const { values } = parseArgs({ options: { fix: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });

if (values.help === true) {
  console.log(helpFor('check'));
} else {
  stopStepsOnSignals();
  const started = Date.now();
  const results = await runChecks({ fix: values.fix === true, onDone: report });
  const failed = results.filter(({ ok }) => !ok).map(({ name }) => name);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(failed.length === 0 ? `\nall clean in ${seconds} s` : `\nnot clean: ${failed.join(', ')} (${seconds} s)`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

function report({ name, ok, seconds, output }: StepResult): void {
  console.log(`${ok ? '✓' : '✗'} ${name.padEnd(8)} ${seconds.toFixed(1)} s`);
  if (!ok) console.log(`${output}\n`);
}
