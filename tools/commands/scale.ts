/** `npm run scale`: each service from one instance to several and back under load, with a table and what was lost. */
import { availableParallelism } from 'node:os';
import { tableOf } from '../../e2e/scale/figures.ts';
import { scaleService, type ScaleOutcome } from '../../e2e/scale/run-scale.ts';
import { parseScaleOptions, type ScaleOptions } from '../../e2e/scale/scale-options.ts';
import { helpFor } from '../help.mjs';
import { buildHouse, findServers } from '../house/prepare-tests.ts';
import { onStopRequests } from '../launcher/stop-requests.ts';

/** The exit code of a run that was ended before its verdict, as of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

const options = read();
if (options === undefined) console.log(helpFor('scale'));
else process.exitCode = await main(options);
process.exit();

function read(): ScaleOptions | undefined {
  try {
    return parseScaleOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

async function main(chosen: ScaleOptions): Promise<number> {
  const ending = new AbortController();
  onStopRequests(
    () => ending.abort(new Error('ended early')),
    () => process.exit(INTERRUPTED),
  );
  if (!((await buildHouse(false)) && (await findServers()))) return 1;
  const outcomes: ScaleOutcome[] = [];
  const print = (line: string): void => console.log(line);
  for (const service of chosen.services) {
    try {
      outcomes.push(await scaleService(service, { options: chosen, print, signal: ending.signal }));
    } catch (error) {
      if (ending.signal.aborted) return INTERRUPTED;
      throw error;
    }
  }
  return report(outcomes, chosen);
}

function report(outcomes: readonly ScaleOutcome[], { most, people, json }: ScaleOptions): number {
  console.log(`\n${String(people)} people talk all the time; ${String(availableParallelism())} cores for all of it.\n`);
  for (const line of tableOf(outcomes.flatMap(({ figures }) => figures))) console.log(line);
  console.log(`\nFrom 1 to ${String(most)} and back to 1, under load:`);
  for (const { service, verdict } of outcomes) {
    const said =
      verdict.faults.length === 0 ? 'nothing lost, nothing doubled' : `${String(verdict.faults.length)} faults`;
    console.log(`  ${service}: ${String(verdict.chats)} chats, ${String(verdict.events)} events: ${said}`);
    for (const fault of verdict.faults.slice(0, 20)) console.log(`    ${fault}`);
  }
  if (json) console.log(JSON.stringify({ outcomes }));
  return outcomes.every(({ verdict }) => verdict.faults.length === 0) ? 0 : 1;
}
