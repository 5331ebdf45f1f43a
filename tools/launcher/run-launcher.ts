import { resolve } from 'node:path';
import { ServerUnavailable } from '../servers/provider.ts';
import { LaunchError, type Report } from './launch-event.ts';
import { launch, type LaunchOptions, type Launched } from './launch.ts';
import { parseOptions, type StartOptions } from './parse-options.ts';
import { printEvents } from './print-events.ts';
import { onStopRequests } from './stop-requests.ts';

/** What a command adds to a launch. */
export interface Extras {
  /** The web app runs from its sources. */
  readonly webDev?: boolean;
  /** Called when everything is ready. */
  readonly afterReady?: (system: Launched, report: Report) => void;
  /** Called when stopping begins. */
  readonly beforeStop?: () => void;
}

function launchOptions(start: StartOptions, extras: Extras): LaunchOptions {
  return {
    // Relative to where the person is: npm changes the folder and says where it was.
    ...(start.data === undefined ? {} : { dataDir: resolve(process.env['INIT_CWD'] ?? '.', start.data) }),
    ...(start.port === undefined ? {} : { port: start.port }),
    instances: start.instances,
    natsNodes: start.natsNodes,
    web: start.web && extras.webDev === true ? 'dev' : start.web,
  };
}

/** Runs a launch as a command line program: until it is told to stop, or fails. Never returns; sets the exit code. */
export async function runLauncher(args: readonly string[], extras: Extras = {}): Promise<void> {
  // A closed pipe (`npm start | head`) must not bring the system down.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  const report = printEvents({
    json: args.includes('--json'),
    colours: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    write: (line) => process.stdout.write(`${line}\n`),
  });
  const starting = new AbortController();
  let system: Launched | undefined;
  const stopSystem = async (now: boolean): Promise<void> => {
    extras.beforeStop?.();
    starting.abort(new LaunchError('Stopped before it was ready.'));
    // While starting, the launch itself stops what it has started; what is hurried is ended by its guards.
    if (system === undefined && now) process.exit(1);
    if (system === undefined) return;
    await system.stop({ now });
    process.exit(0);
  };
  onStopRequests(
    () => void stopSystem(false),
    () => void stopSystem(true),
  );
  try {
    const options = launchOptions(parseOptions(args), extras);
    system = await launch({ ...options, report, signal: starting.signal });
    extras.afterReady?.(system, report);
  } catch (error) {
    const forPeople = error instanceof LaunchError || error instanceof ServerUnavailable;
    const message = forPeople || !(error instanceof Error) ? String(error).replace(/^\w+: /, '') : (error.stack ?? '');
    report({ type: 'error', message });
    process.exit(1);
  }
}
