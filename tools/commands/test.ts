/** `npm test`: prepare, check, then every tier; the last line is `N passed, N failed`. */
import { parseArgs } from 'node:util';
import { helpFor } from '../help.mjs';
import { runChecks } from '../house/check-steps.ts';
import { prepareTests } from '../house/prepare-tests.ts';
import { stopStepsOnSignals } from '../house/run-step.ts';
import { runTier } from '../house/run-tier.ts';
import { sourceFiles } from '../house/source-files.ts';
import {
  isTier,
  overBudget,
  selectTests,
  slowest,
  tierBudget,
  TIERS,
  verdict,
  type Tally,
  type Tier,
} from '../house/test-tiers.ts';

const { values, positionals: patterns } = parseArgs({
  allowPositionals: true,
  options: { tier: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});

if (values.help === true) console.log(helpFor('test'));
else process.exitCode = await main(chosenTiers(values.tier));

function chosenTiers(name: string | undefined): readonly Tier[] {
  if (name === undefined) return TIERS;
  if (isTier(name)) return [name];
  console.error(`There is no tier "${name}". Tiers: ${TIERS.join(', ')}.`);
  process.exit(2);
}

async function main(tiers: readonly Tier[]): Promise<number> {
  stopStepsOnSignals();
  const started = Date.now();
  const everything = patterns.length === 0 && values.tier === undefined;
  const tests = sourceFiles(['.test.ts', '.test.tsx']);
  const plan = tiers
    .map((tier) => ({ tier, files: selectTests(tests, tier, patterns) }))
    .filter(({ files }) => files.length > 0);
  const tallies: Pick<Tally, 'passed' | 'failed'>[] = [];
  if (everything) tallies.push(await checks());
  if (plan.length === 0) console.error(`No test file's path holds ${patterns.join(' or ')}.`);
  const ready = await prepareTests(plan.map(({ tier }) => tier));
  const results = [];
  for (const { tier, files } of plan) {
    if (!ready.includes(tier)) {
      console.error(`\n✗ ${tier} cannot run: see "prepare" above. It counts as one failure.`);
      tallies.push({ passed: 0, failed: 1 });
      continue;
    }
    console.log(`\n── ${tier}: ${files.length} files`);
    results.push({ tier, ...(await runTier(tier, files, tierBudget(tier, Date.now() - started))) });
  }
  const late = overBudget(
    Date.now() - started,
    results.flatMap((one) => one.files),
  );
  if (late !== undefined) tallies.push({ passed: 0, failed: 1 });
  const { line, code } = verdict([...tallies, ...results]);
  summary(results, (Date.now() - started) / 1000);
  if (late !== undefined) console.error(`✗ ${late}`);
  console.log(line);
  return code;
}

/** Each check counts as one test. */
async function checks(): Promise<Pick<Tally, 'passed' | 'failed'>> {
  console.log('── check: lint, types, format, documents');
  const results = await runChecks({
    onDone: ({ name, ok, seconds, output }) => {
      console.log(`${ok ? '✓' : '✗'} ${name.padEnd(8)} ${seconds.toFixed(1)} s${ok ? '' : `\n${output}`}`);
    },
  });
  const passed = results.filter(({ ok }) => ok).length;
  return { passed, failed: results.length - passed };
}

function summary(results: readonly (Tally & { tier: Tier; seconds: number })[], seconds: number): void {
  if (results.length > 0) console.log('\nslowest:');
  for (const { ms, name, file } of slowest(
    results.flatMap(({ tests }) => tests),
    10,
  )) {
    console.log(`  ${ms.toFixed(0).padStart(7)} ms  ${name}  (${file})`);
  }
  console.log('');
  for (const { tier, passed, failed, skipped, seconds: took } of results) {
    const left = skipped === 0 ? '' : `, ${skipped} skipped`;
    console.log(`${tier.padEnd(5)} ${passed} passed, ${failed} failed${left} in ${took.toFixed(0)} s`);
  }
  console.log(`all in ${(seconds / 60).toFixed(1)} min`);
}
