import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../tools/servers/ports.ts';
import { isAlive } from '../../tools/servers/process-identity.ts';
import { root } from '../../tools/paths.ts';
import { waitFor } from './wait-for.ts';

/** How the stack is started. */
export interface StackOptions {
  /** Default false. */
  readonly web?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

interface Local {
  readonly url: string;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

const START_MS = 150_000;

/**
 * The whole system with a launcher in a process of its own, as `npm start` has it, so that all of it can be killed to the
 * last process and started again on the same data and the same port.
 */
export class WholeStack {
  /** The same before and after. */
  readonly url: string;
  readonly dataDir: string;
  readonly #args: readonly string[];
  readonly #env: Readonly<Record<string, string | undefined>>;
  #child: ChildProcess | undefined;

  private constructor(dataDir: string, port: number, { web = false, env = {} }: StackOptions) {
    this.dataDir = dataDir;
    this.url = `http://localhost:${String(port)}`;
    this.#args = [dataDir, String(port), ...(web ? ['--web'] : [])];
    const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, NATS_URL: _nats, MONGODB_URI: _mongo, ...rest } = process.env;
    this.#env = { ...rest, ...env };
  }

  /** A stack that runs. */
  static async start(options: StackOptions = {}): Promise<WholeStack> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'colloquy-stack-'));
    const stack = new WholeStack(dataDir, await freePort(), options);
    try {
      await stack.startAgain();
    } catch (error) {
      await stack.remove();
      throw error;
    }
    return stack;
  }

  /** Every process of ours that runs: the launcher, and all of `local.json`. */
  async pids(): Promise<number[]> {
    const { processes } = JSON.parse(await readFile(path.join(this.dataDir, 'local.json'), 'utf8')) as Local;
    const launcher = this.#child?.pid;
    return [...(launcher === undefined ? [] : [launcher]), ...processes.map(({ pid }) => pid)];
  }

  /** `kill -9` of every process at once; gives how many there were. Resolves when they are gone. */
  async killAll(): Promise<number> {
    const pids = await this.pids();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await waitFor(() => (pids.some(isAlive) ? undefined : true), { what: 'every process gone' });
    return pids.length;
  }

  /** Starts it on what is there; resolves when everything is ready. */
  async startAgain(): Promise<void> {
    const script = path.join(import.meta.dirname, 'launch-stack.ts');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...this.#args], {
      cwd: root,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    const printed: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => printed.push(text));
    }
    await waitFor(() => (hasEnded(child) || printed.join('').includes('"type":"ready"') ? true : undefined), {
      what: 'the system is ready',
      withinMs: START_MS,
      everyMs: 100,
    });
    if (hasEnded(child)) throw new Error(`it ended before it was ready:\n${printed.join('').slice(-4000)}`);
  }

  /** Stops it in good order and deletes its data. */
  async remove(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && !hasEnded(child)) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
