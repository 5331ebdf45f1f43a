import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { billOfMaterials } from './bill-of-materials.ts';
import { lockedPackages, type LockedPackage } from './read-lockfile.ts';

/** Which bill, and where to. */
export interface BillOptions {
  /** A checkout with everything installed: the licences are read there. */
  readonly root: string;
  readonly app: string;
  readonly version: string;
  /** Folders of the workspace packages in the image. */
  readonly dirs: readonly string[];
  readonly optional: boolean;
  readonly to: string;
}

/** Writes `sbom.cdx.json`. */
export async function writeBill({ root, app, version, dirs, optional, to }: BillOptions): Promise<void> {
  const text = await readFile(join(root, 'pnpm-lock.yaml'), 'utf8');
  const packages = lockedPackages({ text, dirs, optional });
  const licenses = new Map<string, string>();
  for (const [id, found] of packages) {
    const license = await licenseOf(root, found);
    if (license !== undefined) licenses.set(id, license);
  }
  const bill = billOfMaterials({ app, version, packages, licenses });
  await writeFile(join(to, 'sbom.cdx.json'), `${JSON.stringify(bill, undefined, 1)}\n`);
}

/** pnpm's folder of a package is its name and version with a plus for the slash, then, when there are any, its peers. */
async function licenseOf(root: string, { name, version }: LockedPackage): Promise<string | undefined> {
  const modules = join(root, 'node_modules', '.pnpm', 'node_modules', name, 'package.json');
  const exact = join(root, 'node_modules', '.pnpm', `${name.replace('/', '+')}@${version}`, 'node_modules', name);
  for (const file of [join(exact, 'package.json'), modules]) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const manifest = JSON.parse(text) as { version?: string; license?: unknown };
    if (manifest.version === version && typeof manifest.license === 'string') return manifest.license;
  }
  return undefined;
}
