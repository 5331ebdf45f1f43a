import { spawn } from 'node:child_process';
import path from 'node:path';

/** How a service that was started by hand ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const ROOT = path.join(import.meta.dirname, '..', '..');
const PATIENCE_MS = 30_000;

/** Starts the built service as Docker or a person would, with this environment and no other; waits until it ends. */
export async function runToEnd(name: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(ROOT, 'apps', name, 'dist', 'main.js')], {
    env: { PATH: process.env['PATH'] ?? '', HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
