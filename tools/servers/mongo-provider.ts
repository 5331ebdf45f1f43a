import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { atLeast, findOnPath, isExecutable, run, versionIn } from './exec.ts';
import { withLock } from './lock.ts';
import { contextOf } from './nats-provider.ts';
import {
  Refused,
  search,
  ServerUnavailable,
  type ProviderContext,
  type ProviderOptions,
  type Source,
} from './provider.ts';
import { cachedWheels, ensureWheels, type WheelSet } from './wheels.ts';

/** The official server that is downloaded. */
export const mongoVersion = '8.2.6';

/** The oldest mongod that the driver and our use of it are happy with. */
export const mongoMinimum = '6.0';

/** The MongoDB-compatible server for closed networks. */
export const secantusVersion = '0.7.0b3';

/** Environment name of another place with the layout of fastdl.mongodb.org. */
export const mongoMirrorName = 'MONGODB_DOWNLOAD_MIRROR';

const wheels: WheelSet = { name: `SecantusDB-${secantusVersion}`, requirements: 'secantus-wheels.txt', python: '3.11' };

/** A program to start. */
export interface MongoBinary {
  readonly kind: 'binary';
  /** `mongod` is MongoDB; `secantus` speaks its protocol. They take different arguments. */
  readonly flavour: 'mongod' | 'secantus';
  readonly command: string;
  /** Arguments that go before all others. */
  readonly args0: readonly string[];
  readonly version: string;
  /** Where it came from, for people. */
  readonly source: string;
}

/** A server that runs elsewhere and was asked for by MONGODB_URI. */
export interface MongoRemote {
  readonly kind: 'url';
  readonly url: string;
}

/** What `ensureMongoServer` found. */
export type MongoServer = MongoBinary | MongoRemote;

const mongod = (command: string, version: string, source: string): MongoBinary => ({
  kind: 'binary',
  flavour: 'mongod',
  command,
  args0: [],
  version,
  source,
});

const secantus = (bin: string, source: string): MongoBinary => ({
  kind: 'binary',
  flavour: 'secantus',
  command: join(bin, 'python3'),
  // Through the interpreter: the script's first line breaks when the path of the checkout is long.
  args0: [join(bin, 'secantusd-py')],
  version: secantusVersion,
  source,
});

function reachable(host: string, port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (reason?: string): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(timeoutMs, () => end(`no answer within ${timeoutMs / 1000} s`));
    socket.once('connect', () => end());
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

/** The hosts of a `mongodb://` address; undefined for `mongodb+srv://`, whose hosts only DNS knows. */
export function mongoHosts(uri: string): readonly { host: string; port: number }[] | undefined {
  if (uri.startsWith('mongodb+srv://')) return undefined;
  const hosts = /^mongodb:\/\/(?:[^@/]*@)?([^/?]+)/.exec(uri)?.[1];
  if (hosts === undefined) {
    throw new ServerUnavailable('MONGODB_URI must begin with mongodb:// or mongodb+srv://; correct or unset it.');
  }
  return hosts.split(',').map((part) => {
    const { hostname, port } = new URL(`tcp://${part}`);
    return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 27017 : Number(port) };
  });
}

async function remote(context: ProviderContext): Promise<MongoRemote | undefined> {
  const url = context.env['MONGODB_URI'];
  if (url === undefined || url === '') return undefined;
  const hosts = mongoHosts(url);
  if (hosts === undefined) return { kind: 'url', url };
  const reasons = await Promise.all(hosts.map(({ host, port }) => reachable(host, port, context.connectTimeoutMs)));
  if (reasons.includes(undefined)) return { kind: 'url', url };
  const said = hosts.map(({ host, port }, at) => `${host}:${port}: ${reasons[at] ?? ''}`).join('; ');
  throw new ServerUnavailable(
    `MONGODB_URI is set, but nothing answers there (${said}).\n` +
      'Start it, correct MONGODB_URI, or unset MONGODB_URI to let Colloquy bring its own server.',
  );
}

async function mongodVersion(command: string, context: ProviderContext): Promise<string> {
  const said = await run(command, ['--version'], { env: context.env });
  const version = versionIn(said.stdout);
  if (said.code === 0 && version !== undefined) return version;
  const reason = said.stderr.trim().split('\n').at(-1) ?? '';
  throw new Refused(`${command} does not run${reason === '' ? '' : `: ${reason}`}`);
}

const onPath: Source<MongoBinary> = {
  name: 'mongod on PATH',
  async find(context) {
    const command = await findOnPath('mongod', context.env);
    if (command === undefined) return undefined;
    const version = await mongodVersion(command, context);
    if (!atLeast(version, mongoMinimum)) {
      throw new Refused(`${command} is ${version}, ${mongoMinimum} or newer is needed; passed over`);
    }
    return mongod(command, version, 'PATH');
  },
};

const downloadFolder = (context: ProviderContext): string =>
  join(context.cacheDir, 'servers', `mongod-${mongoVersion}`);

/** The name of the program depends on the distribution; a note beside it says which one was checked and found to run. */
async function downloaded(context: ProviderContext): Promise<string | undefined> {
  const path = await readFile(join(downloadFolder(context), 'checked.txt'), 'utf8').catch(() => '');
  return path !== '' && (await isExecutable(path)) ? path : undefined;
}

const cached: Source<MongoBinary> = {
  name: 'cache',
  async find(context) {
    const path = await downloaded(context);
    if (path !== undefined) return mongod(path, mongoVersion, 'cache (official download)');
    const bin = await cachedWheels(wheels, context);
    return bin === undefined ? undefined : secantus(bin, 'cache (PyPI wheel)');
  },
};

async function download(context: ProviderContext): Promise<string> {
  const folder = downloadFolder(context);
  const mirror = context.env[mongoMirrorName];
  const env = {
    ...context.env,
    // Without this the package accepts any certificate.
    npm_config_strict_ssl: 'true',
    MONGOMS_MAX_RETRIES: '1',
    MONGOMS_RESUME_DOWNLOAD: 'false',
    // We check the SHA-256 instead.
    MONGOMS_MD5_CHECK: 'false',
    ...(mirror === undefined ? {} : { MONGOMS_DOWNLOAD_MIRROR: mirror }),
    ...(mirror?.startsWith('http:') === true ? { MONGOMS_USE_HTTP: 'true' } : {}),
  };
  const script = join(import.meta.dirname, 'download-mongod.ts');
  const args = [
    '--disable-warning=ExperimentalWarning',
    script,
    folder,
    mongoVersion,
    String(context.connectTimeoutMs),
  ];
  const ended = await run(process.execPath, args, { env, timeoutMs: 600_000 });
  const answer = ended.stdout.split('\n').findLast((line) => line.startsWith('{'));
  if (answer === undefined) {
    const missing = ended.stderr.includes('ERR_MODULE_NOT_FOUND');
    const reason = missing ? 'the optional package mongodb-memory-server-core is not installed' : ended.stderr.trim();
    throw new Refused(reason.split('\n')[0] ?? 'the download failed');
  }
  const { path, refused } = JSON.parse(answer) as { path?: string; refused?: string };
  if (path === undefined) throw new Refused(refused ?? 'the download failed');
  return path;
}

const official: Source<MongoBinary> = {
  name: `official MongoDB ${mongoVersion}`,
  async find(context) {
    const folder = downloadFolder(context);
    return withLock(`${folder}.lock`, async () => {
      const before = await downloaded(context);
      if (before !== undefined) return mongod(before, mongoVersion, 'official download');
      context.say(`MongoDB: trying the official download of ${mongoVersion} …`);
      const path = await download(context).catch(async (error: unknown) => {
        await rm(folder, { recursive: true, force: true });
        throw error;
      });
      const version = await mongodVersion(path, context);
      await writeFile(join(folder, 'checked.txt'), path);
      return mongod(path, version, 'official download');
    });
  },
};

const pypi: Source<MongoBinary> = {
  name: `PyPI wheel SecantusDB ${secantusVersion}`,
  async find(context) {
    return secantus(await ensureWheels(wheels, context), `PyPI wheel SecantusDB ${secantusVersion}`);
  },
};

/**
 * Finds a MongoDB server: MONGODB_URI, then `mongod` on PATH, the cache, the official download, the PyPI wheel of a
 * compatible server (said loudly: not for production).
 * @throws ServerUnavailable naming every refusal and what to do
 */
export async function ensureMongoServer(options: ProviderOptions = {}): Promise<MongoServer> {
  const context = contextOf(options);
  const asked = await remote(context);
  if (asked !== undefined) {
    context.say('MongoDB: the one at MONGODB_URI');
    return asked;
  }
  const found = await search(
    {
      server: 'MongoDB',
      sources: [onPath, cached, official, pypi],
      advice:
        `Install mongod ${mongoMinimum} or newer (or Docker: mongo:8) and put it on PATH, or set MONGODB_URI; ` +
        `with a mirror of the downloads set ${mongoMirrorName}.`,
    },
    context,
  );
  if (found.flavour === 'secantus') {
    context.say(
      `MongoDB: USING SecantusDB ${found.version} from ${found.source}: MongoDB-compatible, for trying and tests only. ` +
        'For real data install mongod or set MONGODB_URI.',
    );
  } else context.say(`MongoDB: mongod ${found.version} from ${found.source}`);
  return found;
}
