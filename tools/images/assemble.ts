/**
 * Puts together what one image holds, inside a build of the Dockerfile and after `tsc -b`: the app, the libs that it
 * stands on, their production dependencies as the lockfile has them, a start file and a bill of materials. The layout is
 * that of the checkout, so that paths between packages stay what they are.
 *
 * `node tools/images/assemble.ts --app <app> --version <version> --to <folder> --store <pnpm's store>`
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { contentsOf } from './contents-of.ts';
import { packageClosure, workspacePackages } from './package-closure.ts';
import { HEALTH_FILE, startFile } from './start-file.ts';
import { strip } from './strip.ts';
import { writeBill } from './write-bill.ts';

const { values } = parseArgs({
  options: { app: { type: 'string' }, version: { type: 'string' }, to: { type: 'string' }, store: { type: 'string' } },
});
const { app = '', version = '0.0.0', to = '', store = '' } = values;
if (app === '' || to === '' || store === '') throw new Error('--app, --to and --store must be given');

const root = dirname(dirname(import.meta.dirname));
const contents = contentsOf(app);
const packages = packageClosure(await workspacePackages(root), contents.packages);
const WORKSPACE = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
/** Never copied with a package: what is installed is installed anew, and what is compiled is not needed twice. */
const LEFT_OUT = new Set(['node_modules', 'src', 'fixtures', '.next', 'examples']);

await mkdir(to, { recursive: true });
await (contents.kind === 'web' ? putWeb() : putServices());
for (const path of [...contents.extra, 'LICENSE']) {
  await cp(join(root, path), join(to, path), {
    recursive: true,
    filter: (from) => !['node_modules', 'fixtures'].includes(basename(from)),
  });
}
await strip(to);
await writeFile(join(to, 'main.mjs'), startFile(contents));
await writeFile(join(to, 'healthy.mjs'), HEALTH_FILE);
const dirs = packages.map(({ dir }) => dir);
await writeBill({ root, app, version, dirs, optional: contents.kind === 'web', to });

/** The compiled packages, and an install of nothing but what they need to run. */
async function putServices(): Promise<void> {
  const manifests = packages.map(({ dir }) => join(dir, 'package.json'));
  for (const path of [...WORKSPACE, ...manifests]) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(join(root, path), join(to, path));
  }
  const flags = ['--prod', '--no-optional', '--frozen-lockfile', '--ignore-scripts', '--prefer-offline'];
  const wanted = packages.map(({ name }) => `--filter=${name}`);
  run('pnpm', ['install', ...flags, `--store-dir=${store}`, '--reporter=append-only', ...wanted], to);
  for (const path of [...WORKSPACE, 'node_modules/.modules.yaml', 'node_modules/.pnpm-workspace-state-v1.json'])
    await rm(join(to, path), { force: true });
  // The tools are copied file by file: an image needs few of them.
  for (const { dir } of packages.filter((one) => one.dir !== 'tools')) {
    await cp(join(root, dir), join(to, dir), { recursive: true, filter: (from) => !LEFT_OUT.has(basename(from)) });
  }
}

/** What Next.js itself found that the server needs, and what browsers load. */
async function putWeb(): Promise<void> {
  const from = join(root, 'apps', 'web');
  const next = join('node_modules', 'next', 'dist', 'bin', 'next');
  execFileSync(process.execPath, [next, 'build'], {
    cwd: from,
    env: { ...process.env, NODE_ENV: 'production', NEXT_STANDALONE: '1' },
    stdio: 'inherit',
  });
  await cp(join(from, '.next', 'standalone'), to, { recursive: true, verbatimSymlinks: true });
  await cp(join(from, '.next', 'static'), join(to, 'apps', 'web', '.next', 'static'), { recursive: true });
}

function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, args, { cwd, stdio: 'inherit' });
}
