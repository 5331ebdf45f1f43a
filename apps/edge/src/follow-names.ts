import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Clock, TimerHandle } from '@colloquy/contracts';

/** How often names are looked up again, ms: within this time a new instance is asked, and one that is gone no more. */
const EVERY_MS = 2000;

/** All addresses of a name, ready to be the host of a URL. */
export type Lookup = (name: string) => Promise<readonly string[]>;

/** Asks the system. Of IPv4 and IPv6 only one kind is taken: the same instance would be there twice. */
export const lookupName: Lookup = async (name) => {
  const found = await lookup(name, { all: true });
  const four = found.filter(({ family }) => family === 4);
  const hosts = four.length > 0 ? four.map(({ address }) => address) : found.map(({ address }) => `[${address}]`);
  return hosts.sort();
};

/** A name that the name server does not know is believed after so many times in a row: once may be a restart. */
const UNKNOWN_TIMES = 5;

const isUnknown = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA');

/** What takes the instances that are found. */
export interface Instances {
  /** As configured: a name stands for all instances behind it. */
  readonly urls: readonly string[];
  replace(urls: readonly string[]): void;
}

/** What following takes from outside. */
export interface FollowParts {
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly lookup: Lookup;
}

/** A name that may stand for several instances. Not that of a certificate, and not this machine's own. */
function isName({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && hostname !== 'localhost' && !hostname.startsWith('[') && isIP(hostname) === 0;
}

/** One URL for each address behind a name. */
async function instancesOf(url: string, find: Lookup): Promise<readonly string[]> {
  const parsed = new URL(url);
  if (!isName(parsed)) return [url];
  const hosts = await find(parsed.hostname);
  return hosts.map((host) => {
    const instance = new URL(url);
    instance.hostname = host;
    // As it was written: URL adds a slash where there was no path.
    return url.endsWith('/') ? instance.href : instance.href.replace(/\/$/, '');
  });
}

/**
 * Where one name stands for several instances (compose's `--scale`, a headless Service), asks all of them in turn, and
 * learns of new ones and of those that are gone within two seconds. While the name server is away a name keeps
 * the addresses that it had: that must not take the house down. A name that it says is unknown (a service with no
 * instance at all) loses them after {@link UNKNOWN_TIMES} times: they may be somebody else's by then.
 * @returns how to stop
 */
export function followNames(instances: Instances, { clock, lookup: find }: FollowParts): () => void {
  if (!instances.urls.some((url) => isName(new URL(url)))) return () => undefined;
  const known = new Map<string, readonly string[]>();
  /** How often in a row a name was unknown. */
  const unknown = new Map<string, number>();
  let timer: TimerHandle | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    for (const url of instances.urls) {
      try {
        const found = await instancesOf(url, find);
        if (found.length > 0) known.set(url, found);
        unknown.delete(url);
      } catch (error) {
        const times = isUnknown(error) ? (unknown.get(url) ?? 0) + 1 : 0;
        unknown.set(url, times);
        if (times >= UNKNOWN_TIMES) known.delete(url);
      }
    }
    if (stopped) return;
    instances.replace(instances.urls.flatMap((url) => known.get(url) ?? [url]));
    timer = clock.setTimeout(() => void look(), EVERY_MS);
  };
  void look();
  return () => {
    stopped = true;
    if (timer !== undefined) clock.clearTimeout(timer);
  };
}
