/** `npm run bench`: every benchmark, one after the other, as a table of ratios. */
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { helpFor } from '../help.mjs';
import { runPeers } from '../../bench/contest/run-peers.ts';
import { keeps, median, type Bench, type Goal, type Measured } from '../../bench/bench.ts';
import { buildHouse, findServers } from '../house/prepare-tests.ts';
import { stopStepsOnSignals } from '../house/run-step.ts';
import { ROOT, sourceFiles } from '../house/source-files.ts';

const { values, positionals: patterns } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    strict: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});

interface Row extends Measured {
  readonly name: string;
  readonly goal: Goal;
  readonly kept: boolean;
}

if (values.help === true) console.log(helpFor('bench'));
else if (patterns[0] === 'peers') process.exitCode = await peers(patterns.slice(1));
else process.exitCode = await main(rounds(values.rounds ?? '3'));

function rounds(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  console.error('--rounds is a whole number of at least 1');
  process.exit(2);
}

async function main(count: number): Promise<number> {
  stopStepsOnSignals();
  const files = benchFiles();
  const web = files.some((file) => path.basename(file).startsWith('web-'));
  if (!(await buildHouse(web)) || !(await findServers())) return 1;
  const { rows, broken } = await measureAll(files, count);
  const load = os.loadavg()[0] ?? 0;
  if (!values.json)
    console.log(`${table(rows)}\n\nLoad average ${load.toFixed(1)} on ${os.availableParallelism()} CPUs`);
  else console.log(JSON.stringify({ rounds: count, load, cpus: os.availableParallelism(), rows }));
  if (rows.length === 0) console.error('No benchmark was measured.');
  const missed = values.strict && rows.some(({ kept }) => !kept);
  return rows.length === 0 || broken > 0 || missed ? 1 : 0;
}

/** The contest: not one ratio but a table, with goals of its own. */
async function peers(only: readonly string[]): Promise<number> {
  stopStepsOnSignals();
  if (!(await buildHouse(false)) || !(await findServers())) return 1;
  const asked = values.rounds === undefined ? {} : { rounds: rounds(values.rounds) };
  return (await runPeers({ full: values.full, json: values.json, only, ...asked })) ? 0 : 1;
}

function benchFiles(): string[] {
  return sourceFiles(['.ts'], 'bench')
    .filter((file) => file !== 'bench/bench.ts' && !file.endsWith('.test.ts'))
    .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)));
}

/** One that breaks does not keep the others from being measured. */
async function measureAll(files: readonly string[], rounds: number): Promise<{ rows: Row[]; broken: number }> {
  const rows: Row[] = [];
  let broken = 0;
  for (const file of files) {
    const bench = await load(file);
    if (bench === undefined) continue;
    try {
      rows.push(await measure(bench, rounds));
    } catch (error) {
      broken += 1;
      console.error(`✗ ${bench.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  return { rows, broken };
}

/** A module of the folder is a benchmark when it exports one; what it shares with others is not. */
async function load(file: string): Promise<Bench | undefined> {
  const module = (await import(path.join(ROOT, file))) as { bench?: Bench };
  return module.bench;
}

/** The round with the median ratio, so that the parts shown belong to the ratio shown. */
async function measure(bench: Bench, rounds: number): Promise<Row> {
  const measured: Measured[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    console.error(`  ${bench.name} (${round}/${rounds})`);
    measured.push(await bench.run());
  }
  const middle = median(measured.map(({ ratio }) => ratio));
  const nearest = measured.reduce((a, b) => (Math.abs(b.ratio - middle) < Math.abs(a.ratio - middle) ? b : a));
  return { name: bench.name, goal: bench.goal, ...nearest, kept: keeps(bench.goal, nearest.ratio) };
}

function table(rows: readonly Row[]): string {
  const cells = rows.map(({ name, goal, ratio, spread, parts, kept }) => [
    kept ? '✓' : '✗',
    name,
    `${figure(ratio)} (${figure(spread.least)}..${figure(spread.most)})`,
    'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`,
    Object.entries(parts)
      .map(([part, value]) => `${part} ${figure(value)}`)
      .join(', '),
  ]);
  const all = [['', 'benchmark', 'ratio', 'goal', 'from'], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
