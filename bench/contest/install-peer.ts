import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { defaultCacheDir } from '../../tools/paths.ts';
import { PeerUnavailable } from './peer.ts';

const INSTALL_MS = 600_000;
const FOLDERS = path.join(import.meta.dirname, '../peers');
const run = promisify(execFile);

/** How the packages of a peer are put on this machine, from the file that pins them. */
export const INSTALLERS = {
  npm: {
    pins: 'package-lock.json',
    // Nothing of them needs a script to be run: native parts come built.
    install: (cwd: string) =>
      run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd, timeout: INSTALL_MS }),
  },
  python: {
    pins: 'requirements.txt',
    install: async (cwd: string) => {
      await rm(path.join(cwd, 'venv'), { recursive: true, force: true });
      await run('python3', ['-m', 'venv', 'venv'], { cwd, timeout: INSTALL_MS });
      const args = ['install', '--quiet', '--no-input', '--no-deps', '-r', 'requirements.txt'];
      await run(path.join(cwd, 'venv/bin/pip'), args, { cwd, timeout: INSTALL_MS });
    },
  },
} as const;

/** Which peer, and where from and to; the latter two for tests. */
export interface InstallOptions {
  /** Its folder in bench/peers. */
  readonly folder: string;
  readonly by: keyof typeof INSTALLERS;
  readonly from?: string;
  readonly to?: string;
}

/**
 * Copies a peer's program into the cache, and installs its packages beside it unless those of the same pins are there.
 * Gives the folder.
 * @throws PeerUnavailable with what went wrong
 */
export async function installPeer({ folder, by, from = FOLDERS, to }: InstallOptions): Promise<string> {
  const place = path.join(to ?? path.join(defaultCacheDir, 'bench'), folder);
  const { pins, install } = INSTALLERS[by];
  try {
    await mkdir(place, { recursive: true });
    await cp(path.join(from, folder), place, { recursive: true, filter: (file) => !file.includes('node_modules') });
    const hash = createHash('sha256')
      .update(await readFile(path.join(place, pins)))
      .digest('hex');
    const stamp = path.join(place, '.installed');
    if ((await readFile(stamp, 'utf8').catch(() => undefined)) === hash) return place;
    console.error(`  installing the peer ${folder}`);
    await rm(stamp, { force: true });
    await install(place);
    await writeFile(stamp, hash);
    return place;
  } catch (error) {
    const words = error instanceof Error ? (error as { stderr?: string }).stderr || error.message : String(error);
    throw new PeerUnavailable(`does not install: ${words.trim().split('\n').slice(-3).join(' ')}`, { cause: error });
  }
}
