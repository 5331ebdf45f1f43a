/** What every image promises: its weight, its user, what is in it and what is not. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { none, type Checklist } from './checklist.ts';
import { call, docker, inspect } from './docker.ts';
import { defaultOf, nameOf, version, type Image } from './images.ts';

interface Inspected {
  readonly Size: number;
  readonly Config: {
    readonly User: string;
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly Entrypoint: readonly string[] | null;
    readonly Env: readonly string[];
    readonly Healthcheck?: { readonly Test: readonly string[] };
  };
}

const look = (image: string): Promise<Inspected> => inspect<Inspected>(['image', 'inspect', image]);
const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
const NODE = '/nodejs/bin/node';
/** Nothing of the image, no network, as few rights as compose gives. */
const ALONE = ['run', '--rm', '--network=none', '--cap-drop=ALL', '--security-opt=no-new-privileges'];

/** Checks one image. `labels` are those that the build was told. */
export async function checkImage(
  list: Checklist,
  image: Image,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const name = nameOf(image.app);
  const { Config: config, Size: size } = await look(name);
  await list.check(`${image.app}: weighs little`, async () => {
    const over = size - (await look(defaultOf('RUNTIME_IMAGE'))).Size;
    if (over > image.mostBytes)
      throw new Error(`${megabytes(over)} over its base, allowed are ${megabytes(image.mostBytes)}`);
    return `${megabytes(over)} over its base of at most ${megabytes(image.mostBytes)}, ${megabytes(size)} in all`;
  });
  await list.check(`${image.app}: user, labels, health, start`, () => checkConfig(image.app, config, labels));
  await list.check(`${image.app}: holds what runs and nothing else`, () => checkContents(name, image.app));
  await list.check(`${image.app}: cannot write to itself`, () => checkWrites(name));
  if (image.app === 'ops') await list.check('ops: runs its commands', () => checkOps(name));
}

function checkConfig(app: string, config: Inspected['Config'], labels: Readonly<Record<string, string>>): undefined {
  const wanted: Readonly<Record<string, string>> = {
    title: `colloquy/${app}`,
    version,
    licenses: 'Apache-2.0',
    ...labels,
  };
  const health = config.Healthcheck?.Test ?? [];
  none([
    ...(config.User === '65532:65532' ? [] : [`runs as "${config.User}"`]),
    ...Object.entries(wanted).flatMap(([key, value]) => {
      const found = config.Labels?.[`org.opencontainers.image.${key}`];
      return found === value ? [] : [`label ${key} is "${found ?? 'not there'}", not "${value}"`];
    }),
    ...(health[0] === 'CMD' && health[1] === NODE ? [] : [`its health check is ${JSON.stringify(health)}`]),
    ...(config.Entrypoint?.[0] === NODE ? [] : [`it starts ${JSON.stringify(config.Entrypoint)}`]),
    ...config.Env.filter((one) => /token|secret|password|_key/i.test(one)).map((one) => `carries ${one}`),
  ]);
}

const LEFT_OUT =
  /\.d\.[mc]?ts$|\.map$|\.tsbuildinfo$|\.test\.[mc]?[jt]sx?$|(?:^|\/)(?:\.npmrc|\.env|\.git)(?:\/|$)|\/\.bin\//;

/** The files below /app, from its root. */
async function filesOf(name: string): Promise<readonly string[]> {
  const list = `
    const { readdirSync } = require('node:fs');
    const walk = (at) => readdirSync(at, { withFileTypes: true }).forEach((one) => {
      const path = at + '/' + one.name;
      if (one.isDirectory()) walk(path); else console.log(path.slice('/app/'.length));
    });
    walk('/app');`;
  const said = await docker([...ALONE, '--entrypoint', NODE, name, '-e', list]);
  return said.trim().split('\n');
}

async function checkContents(name: string, app: string): Promise<string> {
  const files = await filesOf(name);
  const bill = JSON.parse(await fileOf(name, '/app/sbom.cdx.json')) as {
    readonly components: readonly { readonly name: string; readonly version: string; readonly hashes?: unknown }[];
  };
  const listed = new Set(bill.components.map((one) => `${one.name}@${one.version}`));
  const installed = new Set(files.flatMap(packageOf));
  const missing = ['LICENSE', 'main.mjs', 'healthy.mjs'].filter((file) => !files.includes(file));
  none([
    ...files.filter((file) => LEFT_OUT.test(file)).map((file) => `${file} has no business in an image`),
    ...missing.map((file) => `${file} is missing`),
    ...[...installed].filter((one) => !listed.has(one)).map((one) => `${one} is not in the bill of materials`),
    ...bill.components.filter(({ hashes }) => hashes === undefined).map((one) => `${one.name} has no hash in the bill`),
    ...(app !== 'web' && installed.size < listed.size ? [`only ${installed.size} of ${listed.size} packages`] : []),
  ]);
  return `${files.length} files, ${listed.size} packages in the bill`;
}

/** `name@version` of the package whose folder in pnpm's store a file is in. */
function packageOf(file: string): readonly string[] {
  const [, folder] = /^node_modules\/\.pnpm\/([^/]+)\/node_modules\//.exec(file) ?? [];
  const [, name, found] = /^(.+?)@(\d[^_(]*)/.exec(folder ?? '') ?? [];
  return name === undefined || found === undefined ? [] : [`${name.replace('+', '/')}@${found}`];
}

async function fileOf(name: string, path: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'colloquy-image-'));
  const id = (await docker(['create', '--network=none', name])).trim().split('\n').at(-1) ?? '';
  try {
    await docker(['cp', `${id}:${path}`, join(folder, 'file')]);
    return await readFile(join(folder, 'file'), 'utf8');
  } finally {
    await docker(['rm', id]);
    await rm(folder, { recursive: true });
  }
}

/** Its own user may not, even where the root is writable; and with compose's flags nobody may, except to /tmp. */
async function checkWrites(name: string): Promise<string> {
  const write = (path: string): string => `require('node:fs').writeFileSync('${path}', 'x')`;
  const attempt = async (flags: readonly string[], path: string): Promise<string> => {
    const { code, stderr } = await call('docker', [...ALONE, ...flags, '--entrypoint', NODE, name, '-e', write(path)]);
    return code === 0 ? 'written' : (/E[A-Z]{3,}/.exec(stderr)?.[0] ?? stderr);
  };
  const [own, readOnly, temporary] = [
    await attempt([], '/app/main.mjs'),
    await attempt(['--read-only', '--user=0:0'], '/app/main.mjs'),
    await attempt(['--read-only', '--tmpfs=/tmp'], '/tmp/x'),
  ];
  none([
    ...(own === 'EACCES' ? [] : [`its user writes to /app: ${own}`]),
    ...(readOnly === 'EROFS' ? [] : [`root writes to a read-only /app: ${readOnly}`]),
    ...(temporary === 'written' ? [] : [`/tmp cannot be written to: ${temporary}`]),
  ]);
  return `${own}, ${readOnly}, /tmp ${temporary}`;
}

async function checkOps(name: string): Promise<string> {
  const run = [...ALONE, '--read-only', '--tmpfs=/tmp', name];
  const help = await docker(run);
  if (!help.includes('provision')) throw new Error(`its help is:\n${help}`);
  const checked = await docker([...run, 'workflow', 'check', 'assistant', 'support-desk', 'research-team']);
  if (!checked.includes('No fault')) throw new Error(checked);
  const { code, stderr } = await call('docker', [...run, 'workflow', 'run', 'assistant', 'Hello']);
  if (code === 0 || !stderr.includes('set OPENAI_BASE_URL')) throw new Error(`workflow run without a model: ${stderr}`);
  return checked.trim();
}
