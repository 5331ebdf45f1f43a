import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A package of this workspace. */
export interface WorkspacePackage {
  readonly name: string;
  /** From the root of the checkout. */
  readonly dir: string;
  /** Names of the workspace packages that it needs to run. */
  readonly needs: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** All packages of the workspace: those of pnpm-workspace.yaml. */
export async function workspacePackages(root: string): Promise<readonly WorkspacePackage[]> {
  const dirs = ['tools'];
  for (const parent of ['apps', 'libs', 'workflows']) {
    for (const entry of await readdir(join(root, parent), { withFileTypes: true }))
      if (entry.isDirectory()) dirs.push(`${parent}/${entry.name}`);
  }
  const packages = await Promise.all(dirs.map((dir) => packageAt(root, dir)));
  return packages.filter((one) => one !== undefined);
}

async function packageAt(root: string, dir: string): Promise<WorkspacePackage | undefined> {
  const text = await readFile(join(root, dir, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { name, dependencies = {} } = JSON.parse(text) as Manifest;
  const needs = Object.entries(dependencies).flatMap(([need, version]) =>
    version.startsWith('workspace:') ? [need] : [],
  );
  return { name, dir, needs };
}

/**
 * The packages in some folders and all workspace packages that they need, directly or not, sorted by folder.
 * @throws Error when a folder or a needed package is not there
 */
export function packageClosure(
  packages: readonly WorkspacePackage[],
  dirs: readonly string[],
): readonly WorkspacePackage[] {
  const byName = new Map(packages.map((one) => [one.name, one]));
  const found = new Set<WorkspacePackage>();
  const add = (one: WorkspacePackage | undefined, what: string): void => {
    if (one === undefined) throw new Error(`there is no package ${what}`);
    if (found.has(one)) return;
    found.add(one);
    for (const need of one.needs) add(byName.get(need), need);
  };
  for (const dir of dirs)
    add(
      packages.find((one) => one.dir === dir),
      dir,
    );
  return [...found].sort((a, b) => (a.dir < b.dir ? -1 : 1));
}
