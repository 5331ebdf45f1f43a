/** What the folders, manifests and references say is what the table says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LAYERS, PROJECTS, RUNTIMES, UNBOUND, WORKFLOW } from './boundaries.mjs';
import { ROOT, sourceFiles } from './source-files.ts';

interface Manifest {
  readonly name: string;
  readonly type?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[] };
  readonly tags?: readonly string[];
}
interface Place {
  readonly folder: string;
  readonly layer: string;
  readonly runtime: string;
  readonly may?: readonly string[];
}

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
const folders = (under: string): string[] =>
  readdirSync(path.join(ROOT, under), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${under}/${entry.name}`);

const manifestOf = (folder: string): Manifest => {
  const file = ['package.json', 'project.json']
    .map((name) => `${folder}/${name}`)
    .find((name) => existsSync(path.join(ROOT, name)));
  if (file === undefined) throw new Error(`${folder} has neither package.json nor project.json`);
  return read(file) as Manifest;
};

const bound = Object.entries(PROJECTS) as [string, Place][];
const known: readonly [string, Place][] = [
  ...bound,
  ...(Object.entries(UNBOUND) as [string, Place][]),
  ...folders('workflows').map((folder): [string, Place] => [WORKFLOW.scope, { ...WORKFLOW, folder }]),
];
const onDisk = [...folders('apps'), ...folders('libs'), ...folders('workflows'), 'tools', 'e2e', 'bench'];

describe('projects', () => {
  it('are all in the table, and the table names none that is gone', () => {
    expect(known.map(([, { folder }]) => folder).sort()).toEqual([...onDisk].sort());
  });

  it.each(known.map(([scope, place]) => [place.folder, scope, place] as const))(
    '%s carries one known tag of each axis, as in the table',
    (folder, scope, { layer, runtime }) => {
      const manifest = manifestOf(folder);
      expect([...(manifest.nx?.tags ?? manifest.tags ?? [])].sort()).toEqual(
        [`layer:${layer}`, `runtime:${runtime}`, `scope:${scope}`].sort(),
      );
      expect(Object.keys(LAYERS)).toContain(layer);
      expect(Object.keys(RUNTIMES)).toContain(runtime);
    },
  );

  it.each(bound.map(([scope, place]) => [place.folder, scope, place] as const))(
    '%s depends on the packages that the table gives it, and is named after its folder',
    (folder, scope, { may = [] }) => {
      const manifest = manifestOf(folder);
      const ours = Object.keys({
        ...manifest.dependencies,
        ...manifest.devDependencies,
        ...manifest.optionalDependencies,
      })
        .filter((name) => name.startsWith('@colloquy/'))
        .map((name) => name.slice('@colloquy/'.length));
      expect(ours.sort()).toEqual([...may].sort());
      expect(manifest).toMatchObject({ name: `@colloquy/${scope}`, type: 'module', license: 'Apache-2.0' });
      expect(path.basename(folder)).toBe(scope);
    },
  );

  it.each(bound.filter(([scope]) => scope !== 'web').map(([, place]) => [place.folder, place] as const))(
    '%s is built after exactly what it imports',
    (folder, { may = [] }) => {
      const config = read(`${folder}/tsconfig.json`) as { references?: { path: string }[] };
      const references = (config.references ?? []).map((reference) => path.posix.join(folder, reference.path));
      expect(references.sort()).toEqual(may.map((scope) => `libs/${scope}`).sort());
    },
  );

  it('form no circle in production', () => {
    const done = new Set<string>();
    const visit = (scope: string, trail: readonly string[]): void => {
      expect(trail).not.toContain(scope);
      if (done.has(scope)) return;
      for (const next of PROJECTS[scope]?.may ?? []) visit(next, [...trail, scope]);
      done.add(scope);
    };
    for (const [scope] of bound) visit(scope, []);
  });
});

describe('versions', () => {
  it('are pinned exactly, and one package has one version in the whole house', () => {
    const seen = new Map<string, Set<string>>();
    for (const file of sourceFiles(['package.json'])) {
      const manifest = read(file) as Manifest;
      for (const [name, version] of Object.entries({
        ...manifest.dependencies,
        ...manifest.devDependencies,
        ...manifest.optionalDependencies,
      })) {
        expect([file, name, version]).toEqual([file, name, expect.stringMatching(/^(workspace:\*|\d+\.\d+\.\d+\S*)$/)]);
        seen.set(name, (seen.get(name) ?? new Set()).add(version));
      }
    }
    expect([...seen].filter(([, versions]) => versions.size > 1)).toEqual([]);
  });
});

describe('names', () => {
  it('tell what a folder is for: none is called common, shared, core or utils', () => {
    const vague = /(^|\/)(common|shared|core|utils?|helpers?|misc)(\/|$)/;
    expect(sourceFiles(['.ts', '.tsx', '.mjs']).filter((file) => vague.test(path.posix.dirname(file)))).toEqual([]);
  });
});
