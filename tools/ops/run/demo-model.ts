import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../paths.ts';
import type { Env } from '../../servers/env.ts';
import { spawnGuarded } from '../../servers/guarded.ts';
import { freePort } from '../../servers/ports.ts';
import { waitFor } from '../../servers/wait-for.ts';
import { OpsError } from '../ops-command.ts';

const run = promisify(execFile);

/** From SIGTERM to SIGKILL. */
const STOP_MS = 1000;

/** A demo model that runs as a child process. */
export interface DemoModel {
  /** As DEMO_MODEL_URL. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Builds what has changed of the demo model and starts it on a free port.
 * @param given - its environment; DEMO_TOKENS_PER_SECOND says how fast it writes
 * @param deadlineMs - until when it must answer
 * @throws OpsError when it cannot be built or does not answer; it is ended then
 */
export async function startDemoModel(given: Env, deadlineMs = 20_000): Promise<DemoModel> {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(tsc))
    throw new OpsError(
      'There is no demo model in an image: set OPENAI_BASE_URL, to that of a running system for example.',
    );
  await run(process.execPath, [tsc, '-b', 'apps/demo-model'], { cwd: root }).catch((error: unknown) => {
    const said =
      typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : String(error);
    throw new OpsError(`The demo model could not be built:\n${said.trim()}`);
  });
  const port = await freePort();
  const child = spawnGuarded({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', join(root, 'apps', 'demo-model', 'dist', 'main.js')],
    cwd: root,
    env: { ...given, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'error' },
    graceMs: STOP_MS,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-2000)));
  }
  const url = `http://127.0.0.1:${port}/v1`;
  await waitFor({
    until: async () => (await fetch(`${url}/models`)).ok,
    deadlineMs,
    what: 'the demo model to answer',
    giveUp: () => (child.running() ? undefined : `the demo model has ended: ${said}`),
  }).catch(async (error: unknown) => {
    await child.stop(STOP_MS);
    throw new OpsError(error instanceof Error ? error.message : String(error));
  });
  return {
    url,
    async stop() {
      await child.stop(STOP_MS);
    },
  };
}
