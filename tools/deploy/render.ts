import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { defaultCacheDir, root } from '../paths.ts';
import { run } from '../servers/exec.ts';
import type { FoundProgram } from './find-kubectl.ts';
import type { Manifest, Rendering } from './manifests.ts';

/** Folders under k8s/ that are applied as they are. */
const PLACES = ['overlays', 'tests'];
/** How many kubectl at once: there are two cores. */
const AT_ONCE = 2;

/** A rendered folder: its text as kubectl gave it, and parsed. */
export interface Rendered extends Rendering {
  readonly text: string;
}

/** Every overlay and every combination, e.g. `k8s/overlays/local`. */
export async function renderableFolders(): Promise<readonly string[]> {
  const folders = await Promise.all(
    PLACES.map(async (place) =>
      (await readdir(join(root, 'k8s', place), { withFileTypes: true }))
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `k8s/${place}/${name}`),
    ),
  );
  return folders.flat().toSorted();
}

/** The objects in the text of a YAML stream. @throws Error when it is no YAML */
export function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = 'errors' in document ? document.errors : [];
    if (error !== undefined) throw error;
    const object = ('toJS' in document ? document.toJS() : null) as Manifest | null;
    return object === null ? [] : [object];
  });
}

/**
 * Renders the folders by `kubectl kustomize`, from a copy of k8s/ that has stand-ins for the secrets that git ignores.
 * @throws Error with what kubectl said about each folder that it refuses
 */
export async function renderAll(kubectl: FoundProgram, folders: readonly string[]): Promise<readonly Rendered[]> {
  await mkdir(join(defaultCacheDir, 'deploy'), { recursive: true });
  const copy = await mkdtemp(join(defaultCacheDir, 'deploy', 'k8s-'));
  try {
    await cp(join(root, 'k8s'), join(copy, 'k8s'), { recursive: true });
    const secrets = join(copy, 'k8s/overlays/local/secrets');
    await mkdir(secrets, { recursive: true });
    await writeFile(join(secrets, 'auth-secret'), 'a stand-in of a test: at least thirty-two characters');
    const left = [...folders];
    const done = new Map<string, Rendered>();
    const faults: string[] = [];
    const work = async (): Promise<void> => {
      for (let name = left.shift(); name !== undefined; name = left.shift()) {
        const args = [...kubectl.args0, 'kustomize', join(copy, name)];
        const { code, stdout, stderr } = await run(kubectl.command, args, { timeoutMs: 60_000 });
        if (code === 0 && stderr.trim() === '') done.set(name, { name, text: stdout, objects: parseManifests(stdout) });
        else faults.push(`${name}: ${stderr.trim().replaceAll(copy, '')}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (faults.length > 0) throw new Error(faults.join('\n'));
    return folders.flatMap((name) => done.get(name) ?? []);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
