import { spawn, type ChildProcess } from 'node:child_process';
import { ROOT } from './source-files.ts';

/** A program to run: its name for people, and its arguments after `node`. */
export interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** Where it runs; the root of the repository by default. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Its output is shown while it runs; otherwise it is kept and shown by whom it fails. */
  readonly live?: boolean;
  /** After so many milliseconds it is stopped and has failed. */
  readonly timeoutMs?: number;
}

/** How a step ended. */
export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** What it said, unless it was shown live. */
  readonly output: string;
}

const running = new Set<ChildProcess>();

/** Ends every program that a step started: for when this process is told to stop. */
export function stopSteps(): void {
  for (const child of running) child.kill('SIGTERM');
}

/** Stops the running steps and leaves with 130 when this process is interrupted. */
export function stopStepsOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      stopSteps();
      process.exit(130);
    });
  }
}

/** Asks a program to end, and ends it when it has not after five seconds. */
function stop(child: ChildProcess): void {
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 5000);
  child.once('close', () => {
    clearTimeout(force);
  });
}

/** Runs one step on this Node and waits for its end; never throws for what the program does. */
export async function runStep(step: Step): Promise<StepResult> {
  const started = Date.now();
  const child = spawn(process.execPath, step.args, {
    cwd: step.cwd ?? ROOT,
    env: { ...process.env, ...step.env },
    stdio: step.live === true ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const overdue = step.timeoutMs === undefined ? undefined : setTimeout(() => stop(child), step.timeoutMs);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(1);
    });
    child.once('close', resolve);
  });
  clearTimeout(overdue);
  running.delete(child);
  if (code === null && step.timeoutMs !== undefined) output += `\nstopped: not done after ${step.timeoutMs / 1000} s`;
  return { name: step.name, ok: code === 0, seconds: (Date.now() - started) / 1000, output: output.trim() };
}
