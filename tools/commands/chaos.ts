/** `npm run chaos`: the real system under a seeded schedule of faults, with a verdict per promise. */
import { parseChaosOptions, type ChaosOptions } from '../../e2e/chaos/chaos-options.ts';
import { reportJson, reportLines } from '../../e2e/chaos/report.ts';
import { ChaosEndedError, runChaos } from '../../e2e/chaos/run-chaos.ts';
import { helpFor } from '../help.mjs';
import { buildHouse, findServers } from '../house/prepare-tests.ts';

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
  if (!(await buildHouse(false)) || !(await findServers())) return 1;
  try {
    const outcome = await runChaos({ options: chosen, print: (line) => console.log(line), signal: ended });
    for (const line of reportLines(outcome)) console.log(line);
    if (chosen.json) console.log(JSON.stringify(reportJson(outcome)));
    return outcome.violations.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof ChaosEndedError ? 'Ended before the verdict.' : error);
    return error instanceof ChaosEndedError ? 130 : 1;
  }
}

/** The first Ctrl-C ends in good order; what it has started ends with it in any case. */
function endOnSignals(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  process.on('disconnect', () => ending.abort());
  process.channel?.unref();
  return ending.signal;
}
