import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { loadWorkflows } from './load-workflows.ts';
import { WorkflowFaultsError } from './workflow-fault.ts';
import { workflowYamlJsonSchema, workflowYamlSchema } from './workflow-yaml.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

interface Block {
  readonly language: string;
  readonly title: string | undefined;
  readonly text: string;
}

let guide: string;
let blocks: Block[];
/** Inside the repository, so that packages are found as in workflows/. */
let dir: string;
beforeAll(async () => {
  guide = await readFile(path.join(ROOT, 'docs/guides/write-a-workflow.md'), 'utf8');
  blocks = [...guide.matchAll(/^```(\w+)(?: title=(\S+))?\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    title: match[2],
    text: match[3] ?? '',
  }));
  await mkdir(path.join(ROOT, '.cache'), { recursive: true });
  dir = await mkdtemp(path.join(ROOT, '.cache/guide-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

const titled = (title: string): string[] => blocks.filter((block) => block.title === title).map(({ text }) => text);

/** The faults of the bakery with `yaml`, loaded with the guide's own tools. */
async function faults(name: string, yaml: string): Promise<string[]> {
  const folder = path.join(dir, name);
  await mkdir(path.join(folder, 'bakery'), { recursive: true });
  await writeFile(path.join(folder, 'bakery/workflow.yaml'), yaml);
  await writeFile(path.join(folder, 'bakery/tools.ts'), titled('tools.ts')[0] ?? '');
  const error: unknown = await loadWorkflows(folder, { tools: true }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return [];
  if (!(error instanceof WorkflowFaultsError)) throw new Error('The folder could not be loaded.', { cause: error });
  return error.message.split('\n');
}

describe('docs/guides/write-a-workflow.md', () => {
  it('shows whole workflows that load', async () => {
    const workflows = titled('workflow.yaml');
    expect(workflows).toHaveLength(2);
    for (const [index, yaml] of workflows.entries()) expect(await faults(`whole-${index}`, yaml)).toEqual([]);
  });

  it('shows settings that fit into its workflow', async () => {
    const [, bakery = ''] = titled('workflow.yaml');
    const fragments = blocks.filter(({ language, title }) => language === 'yaml' && title === undefined);
    expect(fragments.length).toBeGreaterThanOrEqual(6);
    for (const [index, { text }] of fragments.entries()) {
      const keys = [...text.matchAll(/^(\w+):/gm)].map(([, key]) => key);
      const rest = keys.reduce<string>(
        (yaml, key) => yaml.replace(new RegExp(`^${String(key)}:.*\\n(^(?: .*)?\\n?)*`, 'm'), ''),
        bakery,
      );
      expect(await faults(`part-${index}`, `${text}\n${rest}`)).toEqual([]);
    }
  });

  it('names every key that there is, and no other', () => {
    const keysIn = (shape: object): string[] => Object.keys(shape);
    const tables = [...guide.matchAll(/^\| `([^|]+) \|/gm)].flatMap((row) =>
      [...(row[0] ?? '').matchAll(/`([a-z_]+)`/g)].map((match) => match[1]),
    );
    const agent = workflowYamlSchema.shape.agents.element.shape;
    for (const key of [...keysIn(workflowYamlSchema.shape), ...keysIn(agent)]) expect(tables).toContain(key);
    const limits = keysIn(workflowYamlSchema.shape.limits.unwrap().shape);
    for (const key of limits) expect(guide).toMatch(new RegExp(`^  ${key}: `, 'm'));
  });

  it('shows faults as they are said', async () => {
    const [, bakery = ''] = titled('workflow.yaml');
    const broken = bakery.replace('to: orders', 'to: order').replace('[list_cakes, order_cake]', '[bake]');
    const said = (await faults('broken', broken)).map((line) => line.replace(/:\d+:\d+ /, ' '));
    const shown = blocks.find(({ language }) => language === 'text')?.text.replace(/:\d+:\d+ /g, ' ') ?? '';
    expect(shown).toContain(said.find((line) => line.includes('no agent "order"')));
    expect(shown).toContain(said.find((line) => line.includes('no tool "bake"')));
    const unknown = await faults('unknown', bakery.replace('title: Orders', 'promt: x'));
    expect(shown).toContain(unknown[1]?.replace(/:\d+:\d+ /, ' '));
  });

  it('shows TypeScript that compiles, and a test that passes', async () => {
    const folder = path.join(dir, 'code');
    await mkdir(folder);
    const code = blocks.filter(({ language }) => language === 'ts');
    const names = code.map(({ title }, index) => title ?? `part-${index}.ts`);
    for (const [index, { text }] of code.entries()) await writeFile(path.join(folder, names[index] ?? ''), text);
    const options = {
      extends: path.join(ROOT, 'tsconfig.base.json'),
      compilerOptions: {
        composite: false,
        declaration: false,
        declarationMap: false,
        noEmit: true,
        allowImportingTsExtensions: true,
        rewriteRelativeImportExtensions: false,
        customConditions: ['@colloquy/source'],
        typeRoots: [path.join(ROOT, 'node_modules/@types')],
      },
      include: ['*.ts'],
    };
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(options));
    await writeFile(path.join(folder, 'package.json'), '{"type": "module"}');
    const tsc = async (...args: string[]) =>
      run(process.execPath, [path.join(ROOT, 'node_modules/typescript/bin/tsc'), ...args]).catch((error: unknown) => {
        throw new Error(typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '');
      });
    await tsc('-p', folder);
    await tsc('-b', path.join(ROOT, 'libs/workflows'));
    await run(process.execPath, ['tools.test.ts'], { cwd: folder, env: { NODE_OPTIONS: '' } });
  }, 120_000);
});

describe('workflow.schema.json', () => {
  it('is what the schema says: write it anew when this fails', async () => {
    const file = path.join(ROOT, 'libs/workflows/workflow.schema.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(workflowYamlJsonSchema());
  });
});
