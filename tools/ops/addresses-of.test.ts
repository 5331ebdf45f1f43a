import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf } from './addresses-of.ts';
import type { OpsContext } from './ops-command.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-addresses-'));
  const processes = [{ name: 'mongodb', url: 'mongodb://here' }];
  await writeFile(join(folder, 'local.json'), JSON.stringify({ processes }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const contextOf = (env: OpsContext['env']): OpsContext => ({
  args: [],
  env,
  cwd: folder,
  dataDir: folder,
  print: () => undefined,
});

describe('the address of a server', () => {
  it('comes from a file that is mounted, without the end of its line', async () => {
    const file = join(folder, 'uri');
    await writeFile(file, 'mongodb://user:secret@elsewhere/colloquy\n');
    const address = await addressOf('mongodb', contextOf({ MONGODB_URI_FILE: file }));
    expect(address).toBe('mongodb://user:secret@elsewhere/colloquy');
  });

  it('comes from the variable, and an empty one counts as not set', async () => {
    expect(await addressOf('nats', contextOf({ NATS_URL: 'nats://there', NATS_URL_FILE: '' }))).toBe('nats://there');
    expect(await addressOf('mongodb', contextOf({ MONGODB_URI: '' }))).toBe('mongodb://here');
  });

  it('is asked for in words', async () => {
    await expect(addressOf('nats', contextOf({}))).rejects.toThrow('set NATS_URL');
    await expect(addressOf('nats', contextOf({ NATS_URL_FILE: join(folder, 'none') }))).rejects.toThrow(
      'cannot be read',
    );
    await expect(addressOf('nats', contextOf({ NATS_URL: 'a', NATS_URL_FILE: 'b' }))).rejects.toThrow('not both');
  });
});
