import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnGuarded } from '../servers/guarded.ts';
import { hashFiles } from './hash-files.ts';
import { LaunchError, type Report } from './launch-event.ts';

/** What to build. */
export interface BuildOptions {
  readonly root: string;
  readonly web: boolean;
  readonly report: Report;
}

interface Step {
  readonly step: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs one build step with this Node; says how it goes every 5 s, and everything it printed when it fails. */
async function runStep({ step, args, cwd, env }: Step, report: Report): Promise<void> {
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10;
  report({ type: 'step', step, state: 'start', text: `Building ${step} …` });
  const child = spawnGuarded({ command: process.execPath, args, cwd, env: { ...process.env, ...env }, graceMs: 1_000 });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const timer = setInterval(() => {
    report({ type: 'step', step, state: 'progress', text: `… still building ${step}`, seconds: seconds() });
  }, 5_000);
  const { code } = await child.closed;
  clearInterval(timer);
  if (code !== 0) throw new LaunchError(`Building ${step} failed:\n${said.trim()}`);
  report({ type: 'step', step, state: 'done', text: `Built ${step}`, seconds: seconds() });
}

/**
 * Builds what has changed: everything in TypeScript by its own build information, the web app by a hash of its inputs.
 * @throws LaunchError with the compiler's output
 */
export async function build({ root, web, report }: BuildOptions): Promise<void> {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await runStep({ step: 'services', args: [tsc, '-b'], cwd: root }, report);
  if (web) await buildWeb(root, report);
}

async function buildWeb(root: string, report: Report): Promise<void> {
  const app = join(root, 'apps', 'web');
  const libs = ['contracts', 'transcript', 'client'].map((name) => join(root, 'libs', name, 'src'));
  const hash = await hashFiles([app, ...libs, join(root, 'pnpm-lock.yaml'), join(root, 'tsconfig.base.json')]);
  const stamp = join(root, '.cache', 'web-build.txt');
  const before = await readFile(stamp, 'utf8').catch(() => '');
  if (before === hash && existsSync(join(app, '.next', 'BUILD_ID'))) return;
  const next = join(app, 'node_modules', 'next', 'dist', 'bin', 'next');
  const env = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  await runStep({ step: 'the web app', args: [next, 'build'], cwd: app, env }, report);
  await mkdir(join(root, '.cache'), { recursive: true });
  await writeFile(stamp, hash);
}
