/**
 * Holds rendered manifests to the official types: each object is written as `const it: IDeployment = {…}`, and one run of
 * the TypeScript compiler says what is no field (a typo), what is missing, and what has the wrong type ("2" replicas).
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCacheDir, root } from '../paths.ts';
import { run } from '../servers/exec.ts';
import { nameOf, type Manifest, type Rendering } from './manifests.ts';

/** Which package has the types of an API group; a group without a dot is Kubernetes' own. */
const PACKAGES: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)keda\.sh$/, '@kubernetes-models/keda'],
  [/\.coreos\.com$/, '@kubernetes-models/prometheus-operator'],
  [/^gateway\.networking\.k8s\.io$/, '@kubernetes-models/gateway-api'],
  [/^[^.]*$|\.k8s\.io$/, 'kubernetes-models'],
];

/** One object that the types refuse. */
export interface TypeFault {
  /** The first rendering that has it. */
  readonly in: string;
  readonly what: string;
}

interface Source {
  readonly in: string;
  readonly title: string;
  readonly text: string;
}

function source(rendering: string, object: Manifest): Source {
  const [group = '', version] = object.apiVersion.includes('/')
    ? object.apiVersion.split('/')
    : ['', object.apiVersion];
  const from = PACKAGES.find(([pattern]) => pattern.test(group))?.[1] ?? `no types for ${group}`;
  const module = [from, ...(group === '' ? [] : [group]), version, object.kind].join('/');
  const text = `import type { I${object.kind} } from '${module}';\nexport const it: I${object.kind} = ${JSON.stringify(object, undefined, 1)};\n`;
  return { in: rendering, title: nameOf(object), text };
}

const SETTINGS = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    lib: ['es2024'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  },
  include: ['*.ts'],
};

/** What the official types refuse in any of the renderings; equal objects are asked about once. */
export async function typeFaults(renderings: readonly Rendering[]): Promise<readonly TypeFault[]> {
  const sources = new Map<string, Source>();
  for (const { name, objects } of renderings)
    for (const object of objects) {
      const one = source(name, object);
      const key = `o${createHash('sha256').update(one.text).digest('hex').slice(0, 16)}`;
      if (!sources.has(key)) sources.set(key, one);
    }
  await mkdir(join(defaultCacheDir, 'deploy'), { recursive: true });
  const folder = await mkdtemp(join(defaultCacheDir, 'deploy', 'types-'));
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(SETTINGS));
    await Promise.all([...sources].map(([key, { text }]) => writeFile(join(folder, `${key}.ts`), text)));
    const args = [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'];
    const { code, stdout, stderr } = await run(process.execPath, args, { timeoutMs: 120_000 });
    const faults = faultsIn(stdout, sources);
    if (code !== 0 && faults.length === 0) throw new Error(`tsc: ${stdout}${stderr}`);
    return faults;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** tsc's messages: a line that names the file, and indented ones that go on. */
function faultsIn(said: string, sources: ReadonlyMap<string, Source>): readonly TypeFault[] {
  return said.split(/\n(?=\S)/).flatMap((message) => {
    const [, key = '', line = '', text = ''] = /(o[0-9a-f]{16})\.ts\((\d+),\d+\): error (.*)/s.exec(message) ?? [];
    const found = sources.get(key);
    if (found === undefined) return [];
    const at = found.text.split('\n')[Number(line) - 1]?.trim() ?? '';
    return [{ in: found.in, what: `${found.title}: ${at}: ${text.trim().split('\n').at(-1)?.trim() ?? ''}` }];
  });
}
