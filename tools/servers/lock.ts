import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './process-identity.ts';
import { removeDeadLock, type LockFile } from './remove-dead-lock.ts';

function isDead({ text, ageMs }: LockFile): boolean {
  // Empty: its owner is between creating and writing it, unless it has been so for a while.
  return text === '' ? ageMs > 5_000 : !isAlive(Number(text));
}

async function holderIsGone(path: string): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return isDead({ text, ageMs: Date.now() - mtimeMs });
  } catch {
    return false;
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (await holderIsGone(path)) await removeDeadLock(path, isDead);
  return false;
}

/**
 * Runs `work` while holding a lock file that other processes respect; waits for a live holder, takes over from a dead one.
 */
export async function withLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await take(path))) await sleep(100);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
