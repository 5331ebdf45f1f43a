import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadWorkflows } from './load-workflows.ts';
import { workflowYamlSchema } from './workflow-yaml.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** Inside the repository, so that packages are found as in workflows/. */
let dir: string;
beforeAll(async () => {
  await mkdir(path.join(ROOT, '.cache'), { recursive: true });
  dir = await mkdtemp(path.join(ROOT, '.cache/guides-'));
});
afterAll(() => rm(dir, { recursive: true }));

describe.each(['from-ag2', 'from-mozaiks'])('docs/guides/%s.md', (name) => {
  it('shows a workflow that loads, with its tools', async () => {
    const guide = await readFile(path.join(ROOT, 'docs/guides', `${name}.md`), 'utf8');
    const folder = path.join(dir, name, 'example');
    await mkdir(folder, { recursive: true });
    for (const [, file = '', text = ''] of guide.matchAll(/^```\w+ title=(\S+)\n(.*?)^```$/gms))
      await writeFile(path.join(folder, file), text);
    const loaded = await loadWorkflows(path.join(dir, name), { tools: true });
    expect(loaded.get('example')?.runnable?.definition.tools.length).toBeGreaterThan(0);
  });

  it('speaks of keys that there are', async () => {
    const guide = await readFile(path.join(ROOT, 'docs/guides', `${name}.md`), 'utf8');
    const { agents } = workflowYamlSchema.shape;
    const keys = [...Object.keys(workflowYamlSchema.shape), ...Object.keys(agents.element.shape)];
    for (const key of [
      'handoffs',
      'context_handoffs',
      'after_work',
      'updates',
      'output',
      'ends_on',
      'person',
      'max_replies',
      'children',
      'guardrails',
      'mcp',
      'pattern',
      'variables',
    ]) {
      expect(keys).toContain(key);
      expect(guide).toContain(key);
    }
  });
});
