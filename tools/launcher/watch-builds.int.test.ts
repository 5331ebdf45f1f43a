import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root as checkout } from '../paths.ts';
import { run } from '../servers/exec.ts';
import { waitFor } from '../servers/wait-for.ts';
import { fakeService } from './fixtures/fake-services.ts';
import type { LaunchEvent } from './launch-event.ts';
import { watchBuilds } from './watch-builds.ts';

let root: string;

async function put(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

async function project(folder: string, needs: readonly string[]): Promise<void> {
  const name = `@colloquy/${folder.split('/')[1] ?? ''}`;
  await put(`${folder}/package.json`, {
    name,
    type: 'module',
    dependencies: Object.fromEntries(needs.map((one) => [one, '*'])),
  });
  const references = needs.map((one) => ({ path: `../../libs/${one.split('/')[1] ?? ''}` }));
  const compilerOptions = {
    composite: true,
    rootDir: 'src',
    outDir: 'dist',
    types: [],
    skipLibCheck: true,
    module: 'nodenext',
  };
  await put(`${folder}/tsconfig.json`, { compilerOptions, include: ['src'], references });
  await put(`${folder}/src/main.ts`, 'export const value = 1;\n');
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'colloquy-watch-'));
  await project('libs/under', []);
  await project('apps/one', ['@colloquy/under']);
  await project('apps/two', []);
  const references = ['libs/under', 'apps/one', 'apps/two'].map((path) => ({ path: `./${path}` }));
  await put('tsconfig.json', { files: [], references });
  await put('workflows/x/workflow.yaml', 'name: x\n');
  await mkdir(join(root, 'node_modules'));
  await symlink(join(checkout, 'node_modules', 'typescript'), join(root, 'node_modules', 'typescript'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

it('restarts the services whose code or workflows have changed, and no others', async () => {
  const built = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', root], {
    timeoutMs: 60_000,
  });
  expect(built).toMatchObject({ code: 0 });
  const restarted: string[] = [];
  const events: LaunchEvent[] = [];
  const said = (text: string): number =>
    events.filter((event) => event.type === 'log' && event.line.includes(text)).length;
  const services = [fakeService('one'), fakeService('two', { env: { WORKFLOWS_DIR: 'workflows' } })];
  const stop = await watchBuilds({
    root,
    services,
    restart(name) {
      restarted.push(name);
      return Promise.resolve();
    },
    report: (event) => void events.push(event),
  });
  const soon = (what: string, until: () => boolean): Promise<void> => waitFor({ what, until, deadlineMs: 60_000 });
  try {
    await soon('the first compilation', () => said('Found 0 errors') === 1);
    // The compiler says that it is ready before it listens to the file system: on a busy machine one edit can be missed.
    let value = 2;
    const edit = (): Promise<void> => put('libs/under/src/main.ts', `export const value = ${String(value++)};\n`);
    await edit();
    const edits = setInterval(() => void edit(), 8000);
    await soon('a restart of one', () => restarted.includes('one')).finally(() => clearInterval(edits));
    expect(restarted).not.toContain('two');
    await put('libs/under/src/main.ts', 'export const value: string = 3;\n');
    await soon('the error', () => said('error TS2322') === 1);
    await put('workflows/x/workflow.yaml', 'name: y\n');
    await soon('a restart of two', () => restarted.includes('two'));
  } finally {
    await stop();
  }
}, 180_000);
