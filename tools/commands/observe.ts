/** `npm run observe`: every query of dashboards and alerts against a real Prometheus that scrapes the real system. */
import { runObserve, type Asked, type Observed } from '../../e2e/observe/run-observe.ts';
import { helpFor } from '../help.mjs';
import { buildHouse, findServers } from '../house/prepare-tests.ts';
import { onStopRequests } from '../launcher/stop-requests.ts';
import { findPrometheus } from '../observability/find-prometheus.ts';
import { ServerUnavailable } from '../servers/provider.ts';

const INTERRUPTED = 130;

if (process.argv.includes('--help')) console.log(helpFor('observe'));
else process.exitCode = await main();
process.exit();

async function main(): Promise<number> {
  // What it has started ends with this process.
  onStopRequests(
    () => process.exit(INTERRUPTED),
    () => process.exit(INTERRUPTED),
  );
  try {
    const { prometheus, version, source } = await findPrometheus({ say: (line) => console.log(line) });
    console.log(`prometheus: ${version} from ${source}`);
    if (!(await buildHouse(false)) || !(await findServers())) return 1;
    return print(await runObserve({ prometheus, say: (line) => console.log(`  ${line}`) }));
  } catch (error) {
    if (!(error instanceof ServerUnavailable)) throw error;
    console.error(`SKIPPED: ${error.message}`);
    return 1;
  }
}

function print({ asked, differences, fired }: Observed): number {
  for (const of of new Set(asked.map((one) => one.of))) {
    console.log(`\n${of}`);
    for (const one of asked) if (one.of === of) console.log(lineOf(one));
  }
  const panels = asked.filter(({ of }) => of !== 'alerts');
  const rules = asked.length - panels.length;
  const full = panels.filter(({ series }) => series > 0).length;
  const faults = asked.filter(({ fault }) => fault !== undefined).length + differences.length;
  console.log(`\nfired or pending in this run: ${fired.join(', ') || 'none'}`);
  for (const difference of differences) console.error(`✗ ${difference}`);
  console.log(
    `${String(panels.length)} queries of panels, ${String(full)} with data; ${String(rules)} alerts; ${String(faults)} faults`,
  );
  return faults === 0 ? 0 : 1;
}

function lineOf({ title, series, least, most, fault, excuse }: Asked): string {
  const mark = fault === undefined ? (series > 0 ? '✓' : '–') : '✗';
  const seen = series === 0 ? '' : `${String(series).padStart(3)} series  ${figure(least)} .. ${figure(most)}`;
  return `  ${mark} ${title.padEnd(58)} ${fault ?? (series === 0 ? (excuse ?? '') : seen)}`.trimEnd();
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
