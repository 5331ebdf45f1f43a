import type { BootOptions, NestBootOptions, PlainBootOptions } from './boot-options.ts';
import { bootService } from './boot-service.ts';
import { createLogger } from './create-logger.ts';
import type { ServiceEnv } from './service-env.ts';
import { systemClock } from './system-clock.ts';

type WithEnvReader<Options, Env> = Omit<Options, 'env'> & {
  /** Reads the environment: the one function of the app's `env.ts`. Its faults are printed in plain words. */
  readonly env: () => Env;
};

/** What `main.ts` gives: the options of `bootService`, with the environment still to be read. */
export type RunOptions<Env extends ServiceEnv> =
  WithEnvReader<NestBootOptions<Env>, Env> | WithEnvReader<PlainBootOptions<Env>, Env>;

/** What is left when DRAIN_MS is over and a close still hangs, ms. */
const LAST_RESORT_MS = 5000;

function withEnv<Env extends ServiceEnv>(
  options: RunOptions<Env>,
  { env, stopping }: { env: Env; stopping: AbortSignal },
): BootOptions<Env> {
  return { ...options, env, stopping };
}

/** Bugs of ours: only where they happened helps. Anything else says in its message what is wrong and what to do. */
const BUGS: readonly string[] = ['TypeError', 'ReferenceError', 'SyntaxError', 'RangeError'];

function explain(name: string, error: unknown): string {
  if (!(error instanceof Error)) return `${name} cannot start: ${String(error)}\n`;
  const bug = BUGS.includes(error.name) || error.message === '';
  return `${name} cannot start: ${bug ? (error.stack ?? error.name) : error.message}\n`;
}

/**
 * The whole `main.ts` of a service. Reads the environment, boots, and sees to the process: SIGTERM and SIGINT drain and
 * end with 0 (1 when a step of the drain failed or was given up), a second signal ends at once, what nobody caught is
 * logged and ends with 1. A signal while the service still starts ends what it waits for, and then with 0.
 */
export async function runService<Env extends ServiceEnv>(options: RunOptions<Env>): Promise<void> {
  try {
    const env = options.env();
    const logger = createLogger({ name: options.name, level: env.LOG_LEVEL, pretty: env.LOG_PRETTY });
    const die = (error: unknown, what: string): void => {
      logger.fatal({ err: error }, `${what}: the process ends`);
      process.exit(1);
    };
    process.on('uncaughtException', (error) => die(error, 'an exception that nobody caught'));
    process.on('unhandledRejection', (error) => die(error, 'a rejection that nobody handled'));
    const stopping = new AbortController();
    const onSignal = (signal: NodeJS.Signals): void => {
      if (stopping.signal.aborted) process.exit(1);
      logger.info({ signal }, 'asked to stop');
      systemClock.setTimeout(() => die(new Error('closing hangs'), 'drain'), env.DRAIN_MS + LAST_RESORT_MS);
      stopping.abort(new Error('asked to stop'));
      starting
        .then((service) => service.stop())
        .then((report) => process.exit(report.clean ? 0 : 1))
        .catch((error: unknown) => {
          if (error !== stopping.signal.reason) die(error, 'drain');
          logger.info('stopped before it was up');
          process.exit(0);
        });
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
    const starting = bootService(withEnv(options, { env, stopping: stopping.signal }));
    // From the signal on, how the start ends is for it to say.
    await starting.catch((error: unknown) => {
      if (!stopping.signal.aborted) throw error;
    });
  } catch (error) {
    process.stderr.write(explain(options.name, error));
    process.exit(1);
  }
}
