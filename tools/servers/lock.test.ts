import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLock } from './lock.ts';
import { removeDeadLock } from './remove-dead-lock.ts';

/** Above every pid that a system gives. */
const NOBODY = '999999999';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-lock-'));
  path = join(folder, 'lock');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a lock file', () => {
  it('is taken over from a dead holder by one of two contenders at a time', async () => {
    for (let round = 0; round < 5; round += 1) {
      await writeFile(path, NOBODY);
      let inside = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        inside += 1;
        most = Math.max(most, inside);
        for (let at = 0; at < 20; at += 1) await stat(path);
        inside -= 1;
      };
      await Promise.all([withLock(path, work), withLock(path, work)]);
      expect(most).toBe(1);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('is put back when another contender took over between the look and the removal', async () => {
    await writeFile(path, String(process.pid));
    const { ino } = await stat(path);
    await removeDeadLock(path, ({ text }) => text === NOBODY);
    expect(await readFile(path, 'utf8')).toBe(String(process.pid));
    expect((await stat(path)).ino).toBe(ino);
    expect(await readdir(folder)).toEqual(['lock']);
  });

  it('may be gone when it is to be removed', async () => {
    await removeDeadLock(path, () => true);
    expect(await readdir(folder)).toEqual([]);
  });
});
