import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../paths.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { contentsOf } from './contents-of.ts';
import { packageClosure, workspacePackages } from './package-closure.ts';
import { lockedPackages } from './read-lockfile.ts';

const LOCK = `lockfileVersion: '9.0'
importers:
  apps/a:
    dependencies:
      '@x/lib': { specifier: 1.0.0, version: 1.0.0(peer@2.0.0) }
      '@colloquy/b': { specifier: 'workspace:*', version: link:../../libs/b }
      other-name: { specifier: 'npm:real@3.0.0', version: real@3.0.0 }
    devDependencies:
      typescript: { specifier: 6.0.3, version: 6.0.3 }
packages:
  '@x/lib@1.0.0': { resolution: { integrity: sha512-AAEC } }
  peer@2.0.0: { resolution: { integrity: sha512-AAEC } }
  real@3.0.0: { resolution: { integrity: sha512-AAEC } }
snapshots:
  '@x/lib@1.0.0(peer@2.0.0)':
    dependencies: { peer: 2.0.0 }
    optionalDependencies: { perhaps: 1.0.0 }
  peer@2.0.0: {}
  real@3.0.0: {}
`;

describe('the bill of materials', () => {
  it('names what is needed to run, with its peers and under its own name, and nothing that only builds', () => {
    const packages = lockedPackages({ text: LOCK, dirs: ['apps/a'], optional: false });
    expect([...packages.keys()].sort()).toEqual(['@x/lib@1.0.0', 'peer@2.0.0', 'real@3.0.0']);
    expect(packages.get('@x/lib@1.0.0')?.needs).toEqual(['peer@2.0.0']);
    const all = lockedPackages({ text: LOCK, dirs: ['apps/a'], optional: true });
    expect([...all.keys()]).toContain('perhaps@1.0.0');
  });

  it('says version, licence and hash of each', () => {
    const packages = lockedPackages({ text: LOCK, dirs: ['apps/a'], optional: false });
    const licenses = new Map([
      ['@x/lib@1.0.0', 'MIT'],
      ['peer@2.0.0', '(MIT OR Apache-2.0)'],
    ]);
    expect(billOfMaterials({ app: 'a', version: '1.2.3', packages, licenses })).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'colloquy/a', version: '1.2.3' } },
      components: [
        {
          name: '@x/lib',
          purl: 'pkg:npm/%40x/lib@1.0.0',
          licenses: [{ license: { id: 'MIT' } }],
          hashes: [{ alg: 'SHA-512', content: '000102' }],
        },
        { name: 'peer', licenses: [{ expression: '(MIT OR Apache-2.0)' }] },
        { name: 'real', version: '3.0.0' },
      ],
      dependencies: [{ ref: 'pkg:npm/%40x/lib@1.0.0', dependsOn: ['pkg:npm/peer@2.0.0'] }, {}, {}],
    });
  });

  it('is whole for every image: each package is in the lockfile with its hash', async () => {
    const text = await readFile(join(root, 'pnpm-lock.yaml'), 'utf8');
    const workspace = await workspacePackages(root);
    for (const app of ['edge', 'orchestrator', 'ops']) {
      const dirs = packageClosure(workspace, contentsOf(app).packages).map(({ dir }) => dir);
      const packages = [...lockedPackages({ text, dirs, optional: false })];
      expect(packages.length).toBeGreaterThan(50);
      expect(packages.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)).toEqual([]);
    }
  });
});

describe('what an image holds', () => {
  it('is an app and all that it stands on, nothing of tests', async () => {
    const dirs = packageClosure(await workspacePackages(root), contentsOf('orchestrator').packages).map(
      (one) => one.dir,
    );
    expect(dirs).toEqual(expect.arrayContaining(['apps/orchestrator', 'libs/engine', 'workflows/research-team']));
    expect(dirs).not.toContain('libs/testing');
    expect(dirs.filter((dir) => dir.startsWith('apps/'))).toEqual(['apps/orchestrator']);
    expect(() => packageClosure([], ['apps/nobody'])).toThrow('apps/nobody');
  });
});
