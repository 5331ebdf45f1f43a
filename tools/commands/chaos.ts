/** `npm run chaos`: the real system under a seeded schedule of faults, with a verdict per promise. */
import { parseChaosOptions, type ChaosOptions } from '../../e2e/chaos/chaos-options.ts';
import { ChaosEndedError, unlessEnded } from '../../e2e/chaos/ending.ts';
import { reportJson, reportLines } from '../../e2e/chaos/report.ts';
import { runChaos } from '../../e2e/chaos/run-chaos.ts';
import { helpFor } from '../help.mjs';
import { buildHouse, findServers } from '../house/prepare-tests.ts';
import { onStopRequests } from '../launcher/stop-requests.ts';

/** The exit code of a run that was ended before its verdict, as of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

const options = read();
if (options === undefined) console.log(helpFor('chaos'));
else process.exitCode = await main(options);
process.exit();

function read(): ChaosOptions | undefined {
  try {
    return parseChaosOptions(process.argv.slice(2), Math.floor(Math.random() * 1_000_000));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

async function main(chosen: ChaosOptions): Promise<number> {
  const ended = endOnSignals();
  try {
    // Nothing of it needs to be put away: what it runs ends with this process.
    if (!(await unlessEnded(ended, prepare()))) return 1;
    const outcome = await runChaos({ options: chosen, print: (line) => console.log(line), signal: ended });
    for (const line of reportLines(outcome)) console.log(line);
    if (chosen.json) console.log(JSON.stringify(reportJson(outcome)));
    return outcome.violations.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof ChaosEndedError ? 'Ended before the verdict.' : error);
    return error instanceof ChaosEndedError ? INTERRUPTED : 1;
  }
}

async function prepare(): Promise<boolean> {
  return (await buildHouse(false)) && (await findServers());
}

/** The first Ctrl-C ends in good order; at the second this process ends at once, and what it has started with it. */
function endOnSignals(): AbortSignal {
  const ending = new AbortController();
  onStopRequests(
    () => {
      console.error('Ending …');
      ending.abort();
    },
    () => process.exit(INTERRUPTED),
  );
  return ending.signal;
}
