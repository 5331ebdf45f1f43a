/**
 * The data folder and who holds it. Invariants:
 * 1. One launcher a folder: the holder's pid counts only together with the start time of that very process.
 * 2. What a dead launcher left running is ended before anybody starts on its data, and only what was really its own.
 * 3. `local.json` is there exactly while the system runs, and always whole.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processToken } from '../servers/process-identity.ts';
import { removeDeadLock } from '../servers/remove-dead-lock.ts';
import { waitFor } from '../servers/wait-for.ts';
import { LaunchError, type ProcessInfo } from './launch-event.ts';

interface Owned {
  readonly pid: number;
  readonly token: string;
}

interface Holder extends Owned {
  readonly since: string;
  readonly url?: string;
  readonly children: readonly Owned[];
}

const living = ({ pid, token }: Owned): boolean => processToken(pid) === token;

function owned(pid: number): readonly Owned[] {
  const token = processToken(pid);
  return token === undefined ? [] : [{ pid, token }];
}

function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/** Lets the children of a dead launcher end (they have been told already), then ends them. */
async function endChildren(children: readonly Owned[], patienceMs: number): Promise<void> {
  const left = (): readonly Owned[] => children.filter(living);
  const gone = { until: () => left().length === 0, what: 'the processes of the launcher that died' };
  try {
    await waitFor({ ...gone, deadlineMs: patienceMs });
  } catch {
    for (const { pid } of left()) process.kill(pid, 'SIGKILL');
    await waitFor({ ...gone, deadlineMs: 5_000 });
  }
}

/** A data folder that this process holds. */
export class DataFolder {
  readonly path: string;
  private readonly since = new Date().toISOString();
  private writing: Promise<void> = Promise.resolve();

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Takes the folder (and makes it).
   * @throws LaunchError naming the holder when another launcher works on it
   */
  static async claim(path: string, patienceMs = 20_000): Promise<DataFolder> {
    await mkdir(path, { recursive: true }).catch((error: unknown) => {
      throw new LaunchError(`The data folder ${path} cannot be made: ${error instanceof Error ? error.message : ''}`);
    });
    const folder = new DataFolder(path);
    while (!(await folder.take())) {
      const text = await readFile(folder.lockPath, 'utf8').catch(() => undefined);
      if (text === undefined) continue; // given back just now
      const holder = parseHolder(text);
      if (holder !== undefined && living(holder)) {
        throw new LaunchError(
          `${path} is in use by the Colloquy with pid ${holder.pid}, running since ${holder.since}` +
            `${holder.url === undefined ? ' (still starting)' : ` at ${holder.url}`}.\n` +
            'Use that one, stop it, or choose another folder with --data.',
        );
      }
      await endChildren(holder?.children ?? [], patienceMs);
      // Only the one whose children were ended; another contender may have taken over meanwhile.
      await removeDeadLock(folder.lockPath, (lock) => lock.text === text);
    }
    return folder;
  }

  private get lockPath(): string {
    return join(this.path, 'launcher.json');
  }

  private holder(children: readonly Owned[], url?: string): string {
    const self = { pid: process.pid, token: processToken(process.pid) ?? '' };
    return JSON.stringify({ ...self, since: this.since, children, ...(url === undefined ? {} : { url }) });
  }

  /** By link, which fails when the name is taken: so the lock is never seen half-written. */
  private async take(): Promise<boolean> {
    const own = join(this.path, `launcher.${process.pid}.${randomBytes(4).toString('hex')}`);
    await writeFile(own, this.holder([]));
    try {
      await link(own, this.lockPath);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(own, { force: true });
    }
  }

  private async replace(name: string, text: string): Promise<void> {
    const path = join(this.path, name);
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  }

  /** Writes who runs: for people and tests in `local.json`, for the next launcher in `launcher.json`. */
  publish(processes: readonly ProcessInfo[], url: string | undefined): Promise<void> {
    const children = processes.flatMap(({ pid }) => owned(pid));
    const written = this.writing.then(async () => {
      await this.replace('launcher.json', this.holder(children, url));
      if (url !== undefined) await this.replace('local.json', `${JSON.stringify({ url, processes }, undefined, 2)}\n`);
    });
    // One write that fails must not fail those after it.
    this.writing = written.catch(() => undefined);
    return written;
  }

  /** A random secret, made at its first use and readable by its owner only. */
  async secret(name: string): Promise<string> {
    const path = join(this.path, name);
    const made = randomBytes(32).toString('base64url');
    await writeFile(path, made, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    return (await readFile(path, 'utf8')).trim();
  }

  /** Gives the folder back. */
  async release(): Promise<void> {
    await this.writing;
    await rm(join(this.path, 'local.json'), { force: true });
    await rm(this.lockPath, { force: true });
  }
}
