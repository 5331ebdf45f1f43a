import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { root } from '../paths.ts';
import { typeFaults } from './check-types.ts';
import { kubectlOrSkip } from './fixtures/kubectl-or-skip.ts';
import { manifestMistakes, typeMistakes } from './fixtures/manifest-mistakes.ts';
import type { Plant } from './fixtures/plant.ts';
import type { Manifest, Rendering } from './manifests.ts';
import { renderAll, renderableFolders, type Rendered } from './render.ts';
import { manifestRules } from './rules/manifest-rules.ts';
import { ENTRY_PATHS } from './rules/parity-rules.ts';
import { findings } from './rules/rule.ts';

const EVERYTHING = 'k8s/tests/everything';
/** How long kubectl and the compiler may take on a machine that does much else. */
const SLOW_MS = 120_000;

const { kubectl, withKubectl } = await kubectlOrSkip();
let renderings: readonly Rendered[] = [];

beforeAll(async () => {
  if (kubectl !== undefined) renderings = await renderAll(kubectl, await renderableFolders());
}, SLOW_MS);

function broken(plant: Plant<Manifest[]>, folder: string = EVERYTHING): Rendering {
  const found = renderings.find(({ name }) => name === folder);
  if (found === undefined) throw new Error(`${folder} is not rendered`);
  const objects = structuredClone(found.objects) as Manifest[];
  plant(objects);
  return { name: folder, objects };
}

withKubectl('k8s/', () => {
  it('renders every overlay and every combination', () => {
    const names = renderings.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['k8s/overlays/local', 'k8s/overlays/production', EVERYTHING]));
    for (const { objects } of renderings) expect(objects.length).toBeGreaterThan(20);
  });

  it.each(manifestRules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
    expect(renderings.flatMap((one) => findings([rule], one))).toEqual([]);
  });

  it(
    'is what the official types say, and a mistake of each kind is not',
    async () => {
      const mistakes = typeMistakes.map(({ mistake, plant }) => ({ ...broken(plant), name: mistake }));
      const faults = await typeFaults([...renderings, ...mistakes]);
      expect(faults.filter((fault) => renderings.some(({ name }) => name === fault.in))).toEqual([]);
      expect([...new Set(faults.map((fault) => fault.in))].toSorted()).toEqual(
        mistakes.map(({ name }) => name).toSorted(),
      );
    },
    SLOW_MS,
  );
});

withKubectl('a mistake in k8s/', () => {
  it.each(manifestMistakes.map((one) => [one.mistake, one.rule, one] as const))('%s: %s finds it', (_, rule, one) => {
    const found = new Set(findings(manifestRules, broken(one.plant, one.in)).map((finding) => finding.rule));
    expect([...found]).toContain(rule);
  });

  it('of each kind is planted: every rule has one that it finds', () => {
    const planted = new Set(manifestMistakes.map(({ rule }) => rule));
    expect(manifestRules.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });
});

it('knows the paths of the edge', () => {
  const text = readFileSync(join(root, 'apps/edge/src/route-requests.ts'), 'utf8');
  const routes = [...text.matchAll(/prefix: '([^']+)', pool: (\w+)/g)].map(([, path = '', pool]) => ({ path, pool }));
  // What is below a path of the same service only goes there in another way.
  const parts = routes.filter(
    ({ path, pool }) => !routes.some((above) => path.startsWith(`${above.path}/`) && above.pool === pool),
  );
  expect(parts.map(({ path }) => path).toSorted()).toEqual(Object.keys(ENTRY_PATHS).toSorted());
  expect(routes).toContainEqual({ path: '/v1/files', pool: 'api' });
});
