/** `npm run simulate`: the real services in virtual time, in seeded worlds full of faults. */
import { parseArgs } from 'node:util';
import { helpFor } from '../help.mjs';
import { runSeed } from '../../e2e/simulation/run-seed.ts';
import { runSeeds, type Summary } from '../../e2e/simulation/run-seeds.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});

/** How often progress is said, in ms. */
const SAY_MS = 2000;
/** So many faults of one world are shown. */
const SHOWN = 5;

if (values.help === true) console.log(helpFor('simulate'));
else if (values.seed !== undefined) process.exitCode = await one(whole('seed', values.seed, 0));
else process.exitCode = await many(whole('from', values.from, 0), whole('seeds', values.seeds, 1));

function whole(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  console.error(`--${name} is a whole number of at least ${least}`);
  process.exit(2);
}

/** One world again, with everything that happened in it. */
async function one(seed: number): Promise<number> {
  const { story, ...outcome } = await runSeed(seed, { story: true });
  if (values.json) console.log(JSON.stringify(outcome));
  else {
    for (const line of story) console.log(line);
    console.log(histogram(outcome.counts));
    for (const fault of outcome.faults) console.log(`✗ ${fault}`);
    console.log(
      `seed ${seed}: ${outcome.faults.length === 0 ? 'every promise was kept' : 'broken'}; digest ${outcome.digest}`,
    );
  }
  return outcome.faults.length === 0 ? 0 : 1;
}

async function many(from: number, count: number): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopping.abort());
  let said = performance.now();
  const began = said;
  const summary = await runSeeds({
    from,
    count,
    signal: stopping.signal,
    onReport: ({ faults, seed }, done) => {
      if (faults.length > 0)
        console.error(`✗ ${faults.slice(0, SHOWN).join('\n  ')}\n  again: npm run simulate -- --seed ${seed}`);
      const now = performance.now();
      if (now - said < SAY_MS) return;
      said = now;
      console.error(`  ${done} of ${count} worlds, ${((done * 1000) / (now - began)).toFixed(1)} a second`);
    },
  });
  console.log(values.json ? JSON.stringify(inShort(summary)) : inWords(summary));
  if (stopping.signal.aborted) return 130;
  return summary.failed.length === 0 && summary.reports.size === count ? 0 : 1;
}

function inShort({ reports, failed, seconds, ...rest }: Summary): object {
  const worlds = reports.size;
  const broken = failed.map(({ seed, faults }) => ({ seed, faults }));
  return { ...rest, worlds, failed: broken, seconds, worldsPerSecond: worlds / seconds };
}

function inWords(summary: Summary): string {
  const { reports, failed, seconds, virtualMs, counts, digest, from, count } = summary;
  const lines = [
    histogram(counts),
    '',
    `${reports.size} worlds (seeds ${from} to ${from + count - 1}) in ${seconds.toFixed(1)} s: ${(reports.size / seconds).toFixed(1)} a second, ${(virtualMs / 3_600_000).toFixed(1)} hours of their time`,
    `digest of all: ${digest}`,
  ];
  if (failed.length > 0) lines.push(`broken: ${failed.map(({ seed }) => seed).join(' ')}`);
  lines.push(`${reports.size - failed.length} kept every promise, ${failed.length} did not`);
  return lines.join('\n');
}

function histogram(counts: Readonly<Record<string, number>>): string {
  const rows = Object.entries(counts);
  const width = Math.max(0, ...rows.map(([, count]) => String(count).length));
  return rows.map(([what, count]) => `  ${String(count).padStart(width)}  ${what}`).join('\n');
}
