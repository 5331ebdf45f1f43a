/**
 * Child processes that do not outlive us. Invariants:
 * 1. When this process dies, also by SIGKILL, each child gets SIGTERM at once and SIGKILL after its grace.
 * 2. The pid is that of the program itself: a signal to it reaches the program and nothing else.
 * 3. Ctrl-C at the terminal reaches only this process: a child has its own process group and is stopped in order.
 *
 * How: `sh` starts a watcher that reads a pipe whose other end only we hold, then becomes the program (exec). The kernel
 * closes our end when we die; a line on it means that the program has ended and nothing is left to do.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Env } from './env.ts';

/** What to run. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Env;
  /** Milliseconds between SIGTERM and SIGKILL when this process dies. Default 10 000. */
  readonly graceMs?: number;
}

/** How a program ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running program. */
export interface Guarded {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when it has ended. */
  readonly exited: Promise<Exit>;
  /** Resolves when it has ended and everything that it printed has been read. */
  readonly closed: Promise<Exit>;
  /** False from the moment it has ended. */
  running(): boolean;
  /** Sends a signal to the program. */
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when it has ended. */
  stop(graceMs: number): Promise<Exit>;
}

/** Gets the pid and the grace in seconds; its standard input is the pipe. */
const watcher = `
PATH="$PATH:/usr/bin:/bin"
trap "" INT HUP TERM
if read -r word; then exit 0; fi
kill -s TERM "$1" || exit 0
looks=$(($2 * 5))
while kill -0 "$1" && [ "$looks" -gt 0 ]; do sleep 0.2; looks=$((looks - 1)); done
kill -s KILL -- "-$1"
kill -s KILL "$1"
`;

const script = `
/bin/sh -c '${watcher}' colloquy-guard "$$" "$0" <&3 3<&- >/dev/null 2>&1 &
exec "$@" 3<&-
`;

function pipes(child: ChildProcess): { stdout: Readable; stderr: Readable; guard: Writable } {
  const [, stdout, stderr, guard] = child.stdio;
  if (!stdout || !stderr || !guard) throw new Error('the child has no pipes');
  return { stdout, stderr, guard: guard as Writable };
}

/**
 * Starts a program that ends when this process does.
 * @throws Error when it cannot be started at all
 */
export function spawnGuarded(program: Program): Guarded {
  const grace = String(Math.max(1, Math.ceil((program.graceMs ?? 10_000) / 1000)));
  const child = spawn('/bin/sh', ['-c', script, grace, program.command, ...program.args], {
    cwd: program.cwd,
    env: { ...(program.env ?? process.env) },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program.command} cannot be started`);
  const { stdout, stderr, guard } = pipes(child);
  guard.on('error', () => {});
  let ended = false;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      guard.end('ended\n');
      resolve({ code, signal });
    });
  });
  const closed = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  const kill = (signal: NodeJS.Signals): void => {
    if (!ended) child.kill(signal);
  };
  return {
    pid,
    stdout,
    stderr,
    exited,
    closed,
    running: () => !ended,
    kill,
    async stop(graceMs) {
      kill('SIGTERM');
      const timer = setTimeout(() => kill('SIGKILL'), graceMs);
      const exit = await exited;
      clearTimeout(timer);
      return exit;
    },
  };
}
