import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, stat } from 'node:fs/promises';

const unless = (code: string) => (error: unknown) => {
  if ((error as NodeJS.ErrnoException).code !== code) throw error;
};

/** What a lock file says, and how long ago it was written, ms. */
export interface LockFile {
  readonly text: string;
  readonly ageMs: number;
}

/**
 * Removes the lock file of a holder that is dead. Between a look and a removal another process may have taken over, so
 * the file is moved aside first and looked at there: a fresh one is put back.
 * @param isDead - judges what was moved; must be what the lock was judged by before
 */
export async function removeDeadLock(path: string, isDead: (lock: LockFile) => boolean): Promise<void> {
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    unless('ENOENT')(error);
    return;
  }
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(aside, 'utf8'), stat(aside)]);
    if (!isDead({ text, ageMs: Date.now() - mtimeMs })) await link(aside, path).catch(unless('EEXIST'));
  } finally {
    await rm(aside, { force: true });
  }
}
