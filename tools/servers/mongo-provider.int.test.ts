import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from './env.ts';
import { mirrorCertificate, sha256, startMirror, tarGz, type Answer, type Mirror } from './fixtures/mirror.ts';
import { programFolder } from './fixtures/programs.ts';
import { ensureMongoServer, mongoHosts, mongoVersion, type MongoServer } from './mongo-provider.ts';
import { freePort } from './ports.ts';

const archive = tarGz(`mongodb-${mongoVersion}/bin/mongod`, `#!/bin/sh\necho 'db version v${mongoVersion}'\n`);

let nowhere: string;
let folder: string;
let said: string[];
let mirrors: Mirror[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-mongo-'));
  nowhere = `http://127.0.0.1:${await freePort()}`;
  said = [];
  mirrors = [];
});

afterEach(async () => {
  await Promise.all(mirrors.map((mirror) => mirror.close()));
  await rm(folder, { recursive: true, force: true });
});

async function mirror(answer: Answer, scheme: 'http' | 'https' = 'http'): Promise<Mirror> {
  const started = await startMirror(answer, scheme);
  mirrors.push(started);
  return started;
}

/** Nothing of this machine is seen but what a test puts there. */
function ensure(env: Env): Promise<MongoServer> {
  return ensureMongoServer({
    env: { PATH: '', MONGODB_DOWNLOAD_MIRROR: nowhere, ...env },
    cacheDir: join(folder, 'cache'),
    say: (line) => said.push(line),
    connectTimeoutMs: 1_000,
  });
}

/** The name of the archive depends on this machine's distribution: whatever is asked for is there. */
const whole: Answer = (path) =>
  path.endsWith('.sha256') ? `${sha256(archive)}  ${path.split('/').at(-1)?.slice(0, -7) ?? ''}\n` : archive;

describe('mongod on PATH', () => {
  it('is used when it is new enough', async () => {
    const bin = await programFolder(folder, 'mongod', 'echo "db version v7.0.2"');
    expect(await ensure({ PATH: bin })).toMatchObject({ flavour: 'mongod', version: '7.0.2', source: 'PATH' });
  });

  it('is passed over, in one line, when it is too old or does not run', async () => {
    const old = await programFolder(folder, 'mongod', 'echo "db version v4.4.29"');
    await expect(ensure({ PATH: old })).rejects.toThrow(/is 4\.4\.29, 6\.0 or newer is needed; passed over/);
    const broken = await programFolder(folder, 'mongod', 'echo "libcrypto.so.1.1: cannot open" >&2; exit 127');
    await expect(ensure({ PATH: broken })).rejects.toThrow(/does not run: libcrypto/);
  });
});

describe('the official download', () => {
  it('is downloaded once, checked, run, and then comes from the cache', async () => {
    const { url, asked } = await mirror(whole);
    const env = { MONGODB_DOWNLOAD_MIRROR: url };
    const [one, two] = await Promise.all([ensure(env), ensure(env)]);
    expect(one).toEqual(two);
    expect(one).toMatchObject({ flavour: 'mongod', version: mongoVersion, source: 'official download' });
    expect(asked.filter((path) => !path.endsWith('.sha256'))).toHaveLength(1);
    expect(await ensure({})).toMatchObject({ source: 'cache (official download)' });
  }, 60_000);

  it('is accepted over https when the certificate is trusted, and only then', async () => {
    const { url } = await mirror(whole, 'https');
    await expect(ensure({ MONGODB_DOWNLOAD_MIRROR: url })).rejects.toThrow(
      /certificate of .* is not trusted .*NODE_EXTRA_CA_CERTS/,
    );
    const env = { MONGODB_DOWNLOAD_MIRROR: url, NODE_EXTRA_CA_CERTS: mirrorCertificate };
    expect(await ensure(env)).toMatchObject({ version: mongoVersion });
  }, 60_000);

  it.each<readonly [string, Answer, RegExp]>([
    [
      'a wrong hash',
      (path) => (path.endsWith('.sha256') ? whole(path) : tarGz('m/bin/mongod', 'evil')),
      /wrong hash: .*Check the mirror/,
    ],
    ['no such file', (path) => (path.endsWith('.sha256') ? whole(path) : undefined), /404/],
    ['no checksum', () => undefined, /\.sha256 answers 404/],
  ])(
    'is refused when the mirror has %s, and the error names all sources and the way out',
    async (_what, answer, reason) => {
      const { url } = await mirror(answer);
      const failing = ensure({ MONGODB_DOWNLOAD_MIRROR: url });
      await expect(failing).rejects.toThrow(reason);
      await expect(failing).rejects.toThrow(/no python3 on PATH[^]*Install mongod 6\.0 or newer/);
    },
    60_000,
  );

  it('is refused when nobody listens there', async () => {
    await expect(ensure({ MONGODB_DOWNLOAD_MIRROR: `http://127.0.0.1:${await freePort()}` })).rejects.toThrow(
      /refuses connections/,
    );
  });

  it('needs a Python that is new enough for the last resort, and says so', async () => {
    const bin = await programFolder(folder, 'python3', 'echo "Python 3.9.2"');
    await expect(ensure({ PATH: bin })).rejects.toThrow(/python3 is 3\.9\.2; Python 3\.11 or newer is needed/);
  });
});

describe('MONGODB_URI', () => {
  it('to nobody is refused, naming the fix', async () => {
    const uri = `mongodb://127.0.0.1:${await freePort()}/colloquy`;
    await expect(ensure({ MONGODB_URI: uri })).rejects.toThrow(/ECONNREFUSED[^]*correct MONGODB_URI, or unset/);
  });

  it('that is no such address is refused', async () => {
    await expect(ensure({ MONGODB_URI: 'postgres://x' })).rejects.toThrow(/must begin with mongodb:\/\//);
  });

  it('to somebody is used as it is, credentials and replica sets included', async () => {
    const { url } = await mirror(() => '');
    const uri = `mongodb://me:p%40ss@127.0.0.1:1,${new URL(url).host}/colloquy?replicaSet=rs0`;
    expect(await ensure({ MONGODB_URI: uri })).toEqual({ kind: 'url', url: uri });
    expect(mongoHosts('mongodb://h1,[::1]:2/db')).toEqual([
      { host: 'h1', port: 27017 },
      { host: '::1', port: 2 },
    ]);
    expect(mongoHosts('mongodb+srv://cluster.example/db')).toBeUndefined();
  });
});
