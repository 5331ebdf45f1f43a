import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath, isExecutable, run, versionIn } from '../servers/exec.ts';
import { withLock } from '../servers/lock.ts';
import { contextOf } from '../servers/nats-provider.ts';
import { Refused, search, type ProviderContext, type ProviderOptions, type Source } from '../servers/provider.ts';

/** Prometheus and its tool, of one version. */
export interface FoundPrometheus {
  readonly prometheus: string;
  readonly promtool: string;
  readonly version: string;
  /** Where they came from, for people. */
  readonly source: string;
}

async function asked(folder: string, source: string): Promise<FoundPrometheus | undefined> {
  const [prometheus, promtool] = [join(folder, 'prometheus'), join(folder, 'promtool')];
  if (!(await isExecutable(prometheus)) || !(await isExecutable(promtool))) return undefined;
  const said = await run(promtool, ['--version']);
  const version = versionIn(said.stdout + said.stderr);
  if (said.code !== 0 || version === undefined) throw new Refused(`${promtool} does not run; passed over`);
  return { prometheus, promtool, version, source };
}

const onPath: Source<FoundPrometheus> = {
  name: 'prometheus on PATH',
  async find({ env }) {
    const promtool = await findOnPath('promtool', env);
    return promtool === undefined ? undefined : asked(join(promtool, '..'), 'PATH');
  },
};

const folderOf = ({ cacheDir }: ProviderContext): string => join(cacheDir, 'servers', 'prometheus-debian');
const programsIn = (folder: string): string => join(folder, 'usr', 'bin');

const cached: Source<FoundPrometheus> = {
  name: 'cache',
  find: (context) => asked(programsIn(folderOf(context)), 'cache (Debian)'),
};

/** Unpacked, never installed: nothing of the machine changes. */
async function unpack(context: ProviderContext): Promise<void> {
  const { env } = context;
  for (const program of ['apt-get', 'dpkg-deb']) {
    if ((await findOnPath(program, env)) === undefined) throw new Refused(`no ${program} on PATH`);
  }
  const folder = folderOf(context);
  const work = `${folder}.work`;
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, 'root'), { recursive: true });
  context.say('prometheus: unpacking Debian’s package …');
  try {
    // apt-get downloads into the folder where it stands.
    const script = 'cd "$0" && exec apt-get -q -o APT::Sandbox::User= -o Acquire::Retries=1 download prometheus';
    const done = await run('/bin/sh', ['-c', script, work], { env, timeoutMs: 180_000 });
    if (done.code !== 0) throw new Refused(`apt-get download: ${done.stderr.trim().split('\n').at(-1) ?? 'failed'}`);
    const archive = (await readdir(work)).find((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Refused('apt-get has downloaded nothing');
    const unpacked = await run('dpkg-deb', ['-x', join(work, archive), join(work, 'root')], { timeoutMs: 60_000 });
    if (unpacked.code !== 0) throw new Refused(`dpkg-deb: ${unpacked.stderr.trim()}`);
    await rm(folder, { recursive: true, force: true });
    await rename(join(work, 'root'), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const debian: Source<FoundPrometheus> = {
  name: 'prometheus of Debian',
  async find(context) {
    return withLock(`${folderOf(context)}.lock`, async () => {
      const programs = programsIn(folderOf(context));
      if (!(await isExecutable(join(programs, 'promtool')))) await unpack(context);
      return asked(programs, debian.name);
    });
  },
};

/**
 * Finds Prometheus and promtool: on PATH, in the cache, from Debian's package (unpacked in the cache, not installed).
 * @throws ServerUnavailable naming every refusal and what to do
 */
export async function findPrometheus(options: ProviderOptions = {}): Promise<FoundPrometheus> {
  const context = contextOf(options);
  const advice = 'Install Prometheus (prometheus.io/download) and put prometheus and promtool on PATH.';
  const called = { server: 'prometheus', called: 'Prometheus', advice } as const;
  return search({ ...called, sources: [onPath, cached, debian] }, context);
}
