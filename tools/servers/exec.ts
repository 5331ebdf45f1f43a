import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Env } from './env.ts';
import { spawnGuarded } from './guarded.ts';

/** How a process ended and what it said. `code` is null when it was killed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `run` may be told. */
export interface RunOptions {
  readonly env?: Env;
  /** Milliseconds after which the process is killed. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end; it ends when this process does. Never throws: what cannot be run has code 126 or 127. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const child = spawnGuarded({ command, args, env: options.env ?? process.env, graceMs: 1_000 });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const timer = setTimeout(() => {
    stderr += `\nstopped after ${timeoutMs / 1000} s`;
    child.kill('SIGKILL');
  }, timeoutMs);
  const { code } = await child.closed;
  clearTimeout(timer);
  return { code, stdout, stderr };
}

/** True when the path is a file that may be run. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The full path of a program on PATH, or undefined. */
export async function findOnPath(name: string, env: Env): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** The first `x.y.z` in a text, or undefined. */
export function versionIn(text: string): string | undefined {
  return /(?<![\d.])(\d+\.\d+\.\d+)/.exec(text)?.[1];
}

/** True when version `x.y.z` is at least `minimum` (`x.y`). A version that is no number is not. */
export function atLeast(version: string, minimum: string): boolean {
  const [major = NaN, minor = NaN] = version.split('.').map(Number);
  const [wantMajor = 0, wantMinor = 0] = minimum.split('.').map(Number);
  return major > wantMajor || (major === wantMajor && minor >= wantMinor);
}
