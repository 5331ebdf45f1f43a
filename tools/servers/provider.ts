/**
 * How a server is found. Invariants:
 * 1. The sources are asked in the order given; the first that has the server wins.
 * 2. A source that refuses says why in one line; refusals are collected, and all are in the error when nothing is left.
 * 3. A source that was asked for by name (a URL in the environment) is final: when it is refused nothing else is tried.
 */
import type { Env } from './env.ts';

/** A source cannot serve; the message is one line and says why. The next source is tried. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** No server: the message names every refusal and what to do. */
export class ServerUnavailable extends Error {
  override readonly name = 'ServerUnavailable';
}

/** What a provider may be told; everything has a default. */
export interface ProviderOptions {
  /** Default: the process's environment. */
  readonly env?: Env;
  /** Default: `.cache` in the checkout. */
  readonly cacheDir?: string;
  /** Gets one line for each choice, refusal and long step. Default: silent. */
  readonly say?: (line: string) => void;
  /** Milliseconds to connect to a download server. Default 10 000. */
  readonly connectTimeoutMs?: number;
}

/** The same with the defaults filled in. */
export type ProviderContext = Required<ProviderOptions>;

/** One place to look. `find` returns undefined when there is nothing to say (nothing there, nothing wrong). */
export interface Source<Found> {
  readonly name: string;
  find(context: ProviderContext): Promise<Found | undefined>;
}

/** What to look for. */
export interface Search<Found> {
  /** Name for people, e.g. `NATS`. */
  readonly server: string;
  /** What it is called in the error; default `<server> server`. */
  readonly called?: string;
  readonly sources: readonly Source<Found>[];
  /** What a person can do when every source has refused. */
  readonly advice: string;
}

/**
 * Asks the sources in order.
 * @throws ServerUnavailable when none has it
 */
export async function search<Found>(what: Search<Found>, context: ProviderContext): Promise<Found> {
  const refusals: string[] = [];
  for (const source of what.sources) {
    try {
      const found = await source.find(context);
      if (found !== undefined) return found;
      refusals.push(`${source.name}: not there`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const line = `${source.name}: ${error.message}`;
      refusals.push(line);
      context.say(`${what.server}: ${line}`);
    }
  }
  throw new ServerUnavailable(
    `No ${what.called ?? `${what.server} server`} can be had here:\n${refusals.map((line) => `  - ${line}`).join('\n')}\n${what.advice}`,
  );
}
