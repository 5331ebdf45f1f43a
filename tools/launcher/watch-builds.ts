import { existsSync, watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnGuarded } from '../servers/guarded.ts';
import type { Service } from '../topology.ts';
import { hashFiles } from './hash-files.ts';
import type { Report } from './launch-event.ts';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Folders and dependencies of our own packages, by package name. */
async function packagesOf(root: string): Promise<ReadonlyMap<string, { folder: string; needs: readonly string[] }>> {
  const packages = new Map<string, { folder: string; needs: readonly string[] }>();
  for (const group of ['libs', 'apps']) {
    for (const name of await readdir(join(root, group))) {
      const folder = join(root, group, name);
      const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '');
      if (text === '') continue;
      const manifest = JSON.parse(text) as Manifest;
      const needs = Object.keys(manifest.dependencies ?? {}).filter((one) => one.startsWith('@colloquy/'));
      packages.set(manifest.name, { folder, needs });
    }
  }
  return packages;
}

/** What a service runs: its own build, those of all libs under it, and the workflows if it reads them. */
async function runsFrom(service: Service, root: string): Promise<readonly string[]> {
  const packages = await packagesOf(root);
  const folders = new Set<string>();
  const add = (name: string): void => {
    const found = packages.get(name);
    if (found === undefined || folders.has(join(found.folder, 'dist'))) return;
    folders.add(join(found.folder, 'dist'));
    for (const need of found.needs) add(need);
  };
  add(`@colloquy/${service.name}`);
  if (service.env['WORKFLOWS_DIR'] !== undefined) folders.add(join(root, 'workflows'));
  return [...folders].filter((folder) => existsSync(folder));
}

/** What to watch and what to do then. */
export interface WatchOptions {
  readonly root: string;
  readonly services: readonly Service[];
  readonly restart: (name: string) => Promise<void>;
  readonly report: Report;
}

/**
 * Compiles on every change and restarts exactly the services whose running code (or workflows) came out different.
 * @returns once it watches: a function that ends the watching
 */
export async function watchBuilds(options: WatchOptions): Promise<() => Promise<void>> {
  const { root, services, restart, report } = options;
  const watched = services.filter(({ kind }) => kind === 'node');
  const hashes = new Map<string, string>();
  let busy: Promise<void> = Promise.resolve();

  const compare = async (): Promise<void> => {
    for (const service of watched) {
      const hash = await hashFiles(await runsFrom(service, root));
      const before = hashes.get(service.name);
      hashes.set(service.name, hash);
      if (before === undefined || before === hash) continue;
      report({ type: 'note', text: `${service.name} has changed: starting it again` });
      await restart(service.name);
    }
  };
  const look = (): void => {
    busy = busy.then(compare).catch((error: unknown) => report({ type: 'note', text: `watching: ${String(error)}` }));
  };

  // What runs now is known before anything can change.
  look();
  await busy;
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-b', '--watch', '--preserveWatchOutput'];
  const compiler = spawnGuarded({ command: process.execPath, args, cwd: root, graceMs: 1_000 });
  let rest = '';
  compiler.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((one) => one.trim() !== '')) {
      report({ type: 'log', name: 'tsc', instance: 1, line });
      if (line.includes('Found 0 errors')) look();
    }
  });
  let soon: NodeJS.Timeout | undefined;
  const workflows = watch(join(root, 'workflows'), { recursive: true }, () => {
    // An editor writes a file in several steps.
    clearTimeout(soon);
    soon = setTimeout(look, 200);
  });
  return async () => {
    workflows.close();
    clearTimeout(soon);
    await compiler.stop(2_000);
    await busy;
  };
}
