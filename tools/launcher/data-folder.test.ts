import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataFolder } from './data-folder.ts';
import { LaunchError } from './launch-event.ts';

const DEAD = JSON.stringify({ pid: 999_999_999, token: '1', since: 'then', children: [] });

let path: string;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'colloquy-data-'));
});

afterEach(() => rm(path, { recursive: true, force: true }));

describe('a data folder', () => {
  it.each([DEAD, 'not a holder'])('is taken over by one of two contenders when its lock says %j', async (lock) => {
    for (let round = 0; round < 10; round += 1) {
      await writeFile(join(path, 'launcher.json'), lock);
      const claims = await Promise.allSettled([DataFolder.claim(path), DataFolder.claim(path)]);
      const won = claims.flatMap((claim) => (claim.status === 'fulfilled' ? [claim.value] : []));
      const lost = claims.flatMap((claim) => (claim.status === 'rejected' ? [claim.reason as unknown] : []));
      expect(won).toHaveLength(1);
      expect(lost).toEqual([expect.any(LaunchError)]);
      expect(await readdir(path)).toEqual(['launcher.json']);
      await won[0]?.release();
    }
  });

  it('goes on writing who runs after a write that failed', async () => {
    const folder = await DataFolder.claim(path);
    const blocked = join(path, 'local.json.new');
    await mkdir(blocked);
    await expect(folder.publish([], 'http://one.invalid')).rejects.toThrow();
    await rmdir(blocked);
    await folder.publish([], 'http://two.invalid');
    expect(JSON.parse(await readFile(join(path, 'local.json'), 'utf8'))).toMatchObject({ url: 'http://two.invalid' });
    await folder.release();
    expect(await readdir(path)).toEqual([]);
  });
});
