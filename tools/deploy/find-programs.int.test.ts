import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServerUnavailable } from '../servers/provider.ts';
import { ensureCompose } from './find-compose.ts';
import { ensureKubectl } from './find-kubectl.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-programs-'));
  await symlink('/bin/sh', join(folder, 'sh'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const program = (name: string, says: string): Promise<void> =>
  writeFile(join(folder, name), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });

describe('ensureKubectl', () => {
  it('passes over an old one and names every refusal when there is nothing else', async () => {
    await program('kubectl', 'Client Version: v1.22.4');
    const found = ensureKubectl({ env: { PATH: folder }, cacheDir: folder });
    await expect(found).rejects.toThrow(ServerUnavailable);
    await expect(found).rejects.toThrow(/No kubectl can be had.*is 1\.22\.4, 1\.30 or newer.*no python3 on PATH/s);
  });

  it('takes the one on PATH when it is new enough', async () => {
    await program('kubectl', 'Client Version: v1.34.2');
    const { version, source } = await ensureKubectl({ env: { PATH: folder }, cacheDir: folder });
    expect({ version, source }).toEqual({ version: '1.34.2', source: 'PATH' });
  });
});

describe('ensureCompose', () => {
  it('passes over compose 1 and names every refusal when there is nothing else', async () => {
    await program('docker-compose', '1.29.2');
    const found = ensureCompose({ env: { PATH: folder }, cacheDir: folder });
    await expect(found).rejects.toThrow(/No Docker Compose can be had.*has compose 1\.29\.2.*no apt-get on PATH/s);
  });

  it('does not ask Debian again for an hour when that came to nothing', async () => {
    const own = await mkdtemp(join(tmpdir(), 'find-compose-'));
    try {
      const asked = join(own, 'asked');
      await symlink('/bin/sh', join(own, 'sh'));
      const text = `#!/bin/sh\necho x >> ${asked}\necho 'E: no mirror' >&2\nexit 100\n`;
      for (const name of ['apt-get', 'dpkg-deb']) await writeFile(join(own, name), text, { mode: 0o755 });
      const find = (): Promise<unknown> => ensureCompose({ env: { PATH: own }, cacheDir: own });
      await expect(find()).rejects.toThrow('E: no mirror');
      const calls = await readFile(asked, 'utf8');
      await expect(find()).rejects.toThrow(/tried in vain less than an hour ago/);
      expect(await readFile(asked, 'utf8')).toBe(calls);
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  });

  it('asks docker for its plugin first', async () => {
    await program('docker', '2.40.3');
    const { args0, version } = await ensureCompose({ env: { PATH: folder }, cacheDir: folder });
    expect({ args0, version }).toEqual({ args0: ['compose'], version: '2.40.3' });
  });
});
