import { parse } from 'yaml';

/** A package as the lockfile has it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Subresource integrity: `sha512-<base64>`. */
  readonly integrity: string | undefined;
  /** `name@version` of what it needs, sorted. */
  readonly needs: readonly string[];
}

type Versions = Readonly<Record<string, string>>;
interface Importer {
  readonly dependencies?: Readonly<Record<string, { readonly version: string }>>;
}
interface Snapshot {
  readonly dependencies?: Versions;
  readonly optionalDependencies?: Versions;
}
interface Lockfile {
  readonly importers: Readonly<Record<string, Importer>>;
  readonly packages: Readonly<Record<string, { readonly resolution?: { readonly integrity?: string } }>>;
  readonly snapshots: Readonly<Record<string, Snapshot>>;
}

/** What is to be found in a lockfile. */
export interface LockedWanted {
  /** The text of pnpm-lock.yaml, version 9. */
  readonly text: string;
  /** Folders of workspace packages: their production dependencies are wanted, and those that these need. */
  readonly dirs: readonly string[];
  /** Whether optional dependencies are installed too. */
  readonly optional: boolean;
}

/** Without the peers that pnpm notes in brackets. */
const plain = (key: string): string => key.replace(/\(.*$/, '');

/** The registry packages that some packages of the workspace need to run, by `name@version`. */
export function lockedPackages({ text, dirs, optional }: LockedWanted): ReadonlyMap<string, LockedPackage> {
  const lock = parse(text) as Lockfile;
  const seen = new Set<string>();
  const found = new Map<string, LockedPackage>();
  const visit = (key: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    const needs = keysOf(needsOf(lock.snapshots[key], optional));
    const id = plain(key);
    const at = id.lastIndexOf('@');
    const before = found.get(id)?.needs ?? [];
    found.set(id, {
      name: id.slice(0, at),
      version: id.slice(at + 1),
      integrity: lock.packages[id]?.resolution?.integrity,
      needs: [...new Set([...before, ...needs.map(plain)])].sort(),
    });
    for (const need of needs) visit(need);
  };
  for (const dir of dirs) {
    const direct = Object.entries(lock.importers[dir]?.dependencies ?? {});
    for (const key of keysOf(Object.fromEntries(direct.map(([name, { version }]) => [name, version])))) visit(key);
  }
  return found;
}

function needsOf(snapshot: Snapshot | undefined, optional: boolean): Versions {
  return { ...snapshot?.dependencies, ...(optional ? snapshot?.optionalDependencies : {}) };
}

/** An alias names the other package; a version alone has its first @ in the brackets of its peers, if at all. */
const isAlias = (version: string): boolean => plain(version).lastIndexOf('@') > 0;

/** Snapshot keys of dependencies; those of the workspace itself are links and left out. */
function keysOf(versions: Versions): readonly string[] {
  return Object.entries(versions)
    .filter(([, version]) => !version.startsWith('link:'))
    .map(([name, version]) => (isAlias(version) ? version : `${name}@${version}`));
}
