import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createWorkflowFolders, type WorkflowFolders } from './fixtures/workflow-folders.ts';
import { loadWorkflows } from './load-workflows.ts';
import { workflowYamlJsonSchema } from './workflow-yaml.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const GUIDE = readFileSync(path.join(ROOT, 'docs/guides/tools.md'), 'utf8');

let folders: WorkflowFolders;
beforeAll(async () => {
  folders = await createWorkflowFolders();
});
afterAll(() => folders.remove());

describe('docs/guides/tools.md', () => {
  it('shows a whole workflow that loads', async () => {
    const blocks = [...GUIDE.matchAll(/^```yaml title=workflow\.yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
    expect(blocks).toHaveLength(1);
    const dir = await folders.write(Object.fromEntries(blocks.map((text, n) => [`w${n}/workflow.yaml`, text])));
    expect((await loadWorkflows(dir, { tools: true })).size).toBe(1);
  });

  it('names files that are there, and settings that the schema has', () => {
    const files = [...GUIDE.matchAll(/`((?:apps|libs|docs|workflows)\/[^`]+)`/g)].flatMap(([, file]) => file ?? []);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
    const schema = JSON.stringify(workflowYamlJsonSchema());
    const keys = [
      'connect_timeout',
      'optional',
      'allow_hosts',
      'max_concurrent',
      'max_result_length',
      'on_interrupted',
    ];
    expect(keys.filter((key) => !GUIDE.includes(`\`${key}`) || !schema.includes(`"${key}"`))).toEqual([]);
  });
});
