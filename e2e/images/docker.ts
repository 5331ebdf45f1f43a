import { spawn } from 'node:child_process';

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a call may be told. */
export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** After so many milliseconds it is ended and has failed; default two minutes. */
  readonly timeoutMs?: number;
  /** Shows what it prints while it runs. */
  readonly live?: boolean;
}

/** Runs a program to its end; never throws for what the program does. */
export function call(command: string, args: readonly string[], options: CallOptions = {}): Promise<Ended> {
  const { env, timeoutMs = 120_000, live = false } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => {
      stderr += `\nended after ${timeoutMs / 1000} s`;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (live) process.stderr.write(text);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout, stderr: error.message });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, stdout, stderr });
    });
  });
}

/**
 * Runs `docker` and gives what it prints.
 * @throws Error with the last lines that it said
 */
export async function docker(args: readonly string[], options: CallOptions = {}): Promise<string> {
  const ended = await call('docker', args, options);
  if (ended.code === 0) return ended.stdout;
  const said = `${ended.stdout}\n${ended.stderr}`.trim().split('\n').slice(-25).join('\n');
  throw new Error(`docker ${args.slice(0, 4).join(' ')} … ended with ${ended.code}:\n${said}`);
}

/** What `docker inspect` says of one thing. */
export async function inspect<T>(args: readonly string[]): Promise<T> {
  const [found] = JSON.parse(await docker(args)) as [T];
  return found;
}
