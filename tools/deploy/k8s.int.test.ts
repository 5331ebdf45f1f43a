import { beforeAll, describe, expect, it } from '@jest/globals';
import { ensureKubectl } from './find-kubectl.ts';
import { renderAll, renderableFolders, type Rendered } from './render.ts';
import { findings } from './rules/rule.ts';
import { manifestRules } from './rules/manifest-rules.ts';

let renderings: readonly Rendered[] = [];

beforeAll(async () => {
  renderings = await renderAll(await ensureKubectl(), await renderableFolders());
}, 60_000);

describe('k8s/', () => {
  it('renders every overlay and every combination', () => {
    expect(renderings.length).toBeGreaterThan(10);
    for (const { objects } of renderings) expect(objects.length).toBeGreaterThan(20);
  });

  it.each(manifestRules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
    expect(renderings.flatMap((one) => findings([rule], one))).toEqual([]);
  });
});
