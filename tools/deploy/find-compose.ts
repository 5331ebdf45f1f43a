import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atLeast, findOnPath, isExecutable, run, versionIn } from '../servers/exec.ts';
import { withLock } from '../servers/lock.ts';
import { contextOf } from '../servers/nats-provider.ts';
import { Refused, search, type ProviderContext, type ProviderOptions, type Source } from '../servers/provider.ts';
import type { FoundProgram } from './find-kubectl.ts';

/** Older ones lack `!reset` and `!override`, and `name:` in files. */
export const composeMinimum = '2.24';

/** The Debian release whose docker-compose is compose v2. */
const suite = 'trixie';

async function asked(command: string, args0: readonly string[], source: string): Promise<FoundProgram | undefined> {
  const said = await run(command, [...args0, 'version', '--short']);
  const version = versionIn(said.stdout);
  if (said.code !== 0 || version === undefined) return undefined;
  if (!atLeast(version, composeMinimum)) {
    throw new Refused(`${command} has compose ${version}, ${composeMinimum} or newer is needed; passed over`);
  }
  return { command, args0, version, source };
}

const plugin: Source<FoundProgram> = {
  name: 'docker compose',
  async find({ env }) {
    const docker = await findOnPath('docker', env);
    return docker === undefined ? undefined : asked(docker, ['compose'], 'docker on PATH');
  },
};

const alone: Source<FoundProgram> = {
  name: 'docker-compose on PATH',
  async find({ env }) {
    const command = await findOnPath('docker-compose', env);
    return command === undefined ? undefined : asked(command, [], 'PATH');
  },
};

const folderOf = (context: ProviderContext): string => join(context.cacheDir, 'servers', `docker-compose-${suite}`);
const programIn = (folder: string): string => join(folder, 'usr/libexec/docker/cli-plugins/docker-compose');

const cached: Source<FoundProgram> = {
  name: 'cache',
  async find(context) {
    const command = programIn(folderOf(context));
    return (await isExecutable(command)) ? asked(command, [], `cache (Debian ${suite})`) : undefined;
  },
};

/** How long all of apt-get may take together, milliseconds: whoever has no mirror waits no longer than this. */
const APT_MS = 30_000;
/** How long it is not tried again after it came to nothing, milliseconds. */
const AGAIN_MS = 3_600_000;

interface Asking {
  readonly env: ProviderContext['env'];
  /** Epoch milliseconds. */
  readonly until: number;
}

/** apt-get with lists and archives of its own: it changes nothing of the machine's. */
async function aptGet(folder: string, args: readonly string[], { env, until }: Asking): Promise<void> {
  const options = [
    'Dir::Etc::SourceList=/dev/null',
    `Dir::Etc::SourceParts=${join(folder, 'parts')}`,
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'Acquire::Retries=0',
    'Acquire::http::Timeout=10',
    'Acquire::Languages=none',
    'APT::Sandbox::User=',
  ].flatMap((option) => ['-o', option]);
  // apt-get downloads into the folder where it stands.
  const script = `cd "$0" && exec apt-get -q "$@"`;
  const done = await run('/bin/sh', ['-c', script, folder, ...options, ...args], {
    env,
    timeoutMs: Math.max(1, until - Date.now()),
  });
  if (done.code === 0) return;
  const lines = `${done.stdout}\n${done.stderr}`.split('\n').filter((line) => /^(E|W|Err):?/.test(line));
  throw new Refused(`apt-get ${args[0] ?? ''}: ${lines.at(-1) ?? `ended with ${String(done.code)}`}`);
}

/** Debian's mirror of this machine when it has one, else the official one. */
async function mirror(env: ProviderContext['env']): Promise<string> {
  const said = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { env });
  return said.stdout.split('\n').find((line) => /\/debian\/?$/.test(line)) ?? 'http://deb.debian.org/debian';
}

async function unpack(context: ProviderContext): Promise<void> {
  const { env } = context;
  for (const program of ['apt-get', 'dpkg-deb']) {
    if ((await findOnPath(program, env)) === undefined) throw new Refused(`no ${program} on PATH`);
  }
  const work = `${folderOf(context)}.work`;
  await rm(work, { recursive: true, force: true });
  for (const folder of ['parts', 'lists/partial', 'cache/archives/partial', 'root'])
    await mkdir(join(work, folder), { recursive: true });
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const source = `Types: deb\nURIs: ${await mirror(env)}\nSuites: ${suite}\nComponents: main\nSigned-By: ${keyring}\n`;
  await writeFile(join(work, 'parts', 'compose.sources'), source);
  context.say(`compose: unpacking docker-compose of Debian ${suite} …`);
  try {
    const asking = { env, until: Date.now() + APT_MS };
    await aptGet(work, ['update'], asking);
    await aptGet(work, ['download', 'docker-compose'], asking);
    const archive = (await readdir(work)).find((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Refused('apt-get has downloaded nothing');
    const done = await run('dpkg-deb', ['-x', join(work, archive), join(work, 'root')], { timeoutMs: 60_000 });
    if (done.code !== 0) throw new Refused(`dpkg-deb: ${done.stderr.trim()}`);
    await rm(folderOf(context), { recursive: true, force: true });
    await rename(join(work, 'root'), folderOf(context));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Tries, and remembers for an hour that it came to nothing. */
async function unpackUnlessInVain(context: ProviderContext): Promise<void> {
  const marker = `${folderOf(context)}.in-vain`;
  const tried = await stat(marker).catch(() => undefined);
  if (tried !== undefined && Date.now() - tried.mtimeMs < AGAIN_MS)
    throw new Refused(`tried in vain less than an hour ago; remove ${marker} to try again`);
  await rm(marker, { force: true });
  await unpack(context).catch(async (error: unknown) => {
    await writeFile(marker, '');
    throw error;
  });
}

const debian: Source<FoundProgram> = {
  name: `docker-compose of Debian ${suite}`,
  async find(context) {
    return withLock(`${folderOf(context)}.lock`, async () => {
      const command = programIn(folderOf(context));
      if (!(await isExecutable(command))) await unpackUnlessInVain(context);
      const found = await asked(command, [], debian.name);
      if (found === undefined) throw new Refused(`${command} does not run on this machine`);
      return found;
    });
  },
};

/**
 * Finds Docker Compose v2: the plugin of docker, `docker-compose` on PATH, the cache, Debian's package (unpacked in the
 * cache, not installed). No engine is needed for what looks at files only.
 * @throws ServerUnavailable naming every refusal and what to do
 */
export async function ensureCompose(options: ProviderOptions = {}): Promise<FoundProgram> {
  const context = contextOf(options);
  const advice = `Install Docker Compose ${composeMinimum} or newer (docs.docker.com/compose/install).`;
  const found = await search(
    { server: 'compose', called: 'Docker Compose', sources: [plugin, alone, cached, debian], advice },
    context,
  );
  context.say(`compose: ${found.version} from ${found.source}`);
  return found;
}
