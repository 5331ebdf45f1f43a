/**
 * The way to an MCP server that is a process of ours. The SDK's own ends the process that it has started; what that one
 * has started in turn (`sh -c`, `npx`) would go on for ever.
 *
 * Invariants (tests name them):
 * M6  A server and all that it starts are one group of processes: nothing of it outlives `close` or `kill`, nor the process
 *     that leads it.
 * M7  Its input ends with our process, however that ends.
 */
import type { Clock } from '@colloquy/contracts';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { spawn, type ChildProcess } from 'node:child_process';

/** How long a server may take to end by itself when its input has ended, and then when it was asked to. */
const LEAVE_MS = 2000;

/** What is started, and where. */
export interface StdioCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The way to an MCP server that is a process, in a group of its own. */
export class StdioGroup implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onerror?: (error: Error) => void;
  onclose?: () => void;
  readonly #command: StdioCommand;
  readonly #clock: Clock;
  readonly #onStderr: (piece: string) => void;
  readonly #buffer = new ReadBuffer();
  #process: ChildProcess | undefined;
  /** The group's number, as long as it is surely ours: once its leader has ended, another one may get that number. */
  #group: number | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(command: StdioCommand, parts: { readonly clock: Clock; readonly onStderr: (piece: string) => void }) {
    this.#command = command;
    this.#clock = parts.clock;
    this.#onStderr = parts.onStderr;
  }

  /** Starts the process. @throws Error when there is no such command, or no room for one more process */
  async start(): Promise<void> {
    const { command, args, cwd, env } = this.#command;
    // Detached: the leader of a new group, which a signal reaches as a whole.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process = child;
    this.#group = child.pid;
    // Before anything else is done with it: an error that nobody hears ends our own process.
    const spawned = new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.on('error', (error) => {
        reject(error);
        this.onerror?.(error);
      });
    });
    if (child.pid !== undefined) this.#ended = this.#endOf(child);
    this.#listen(child);
    await spawned;
  }

  /** Without file descriptors to spare a process that was not started has no streams either, whatever its type says. */
  #listen({ stdin, stdout, stderr }: Partial<ChildProcess>): void {
    stdout?.on('data', (chunk: Buffer) => this.#read(chunk));
    stderr?.on('data', (chunk: Buffer) => this.#onStderr(chunk.toString()));
    for (const stream of [stdin, stdout, stderr]) stream?.on('error', (error) => this.onerror?.(error));
  }

  #endOf(child: ChildProcess): Promise<void> {
    child.once('exit', () => void this.#leaderEnded(child));
    return new Promise((resolve) => {
      child.once('close', () => {
        resolve();
        this.onclose?.();
      });
    });
  }

  /** What it has started ends with it; what has left the group may keep the streams open, and is not waited for long. */
  async #leaderEnded({ stdout, stderr }: ChildProcess): Promise<void> {
    this.kill();
    this.#group = undefined;
    if (await this.#endsInTime()) return;
    stdout?.destroy();
    stderr?.destroy();
  }

  #read(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      // More than anybody can read: there is no telling where the next message begins.
      this.onerror?.(asError(error));
      void this.close();
      return;
    }
    while (this.#readOne());
  }

  #readOne(): boolean {
    try {
      const message = this.#buffer.readMessage();
      if (message === null) return false;
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(asError(error));
    }
    return true;
  }

  /** Resolves when the process can take more. @throws Error when it is not there */
  send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#process?.stdin;
    if (stdin?.writable !== true) return Promise.reject(new Error('Not connected'));
    return new Promise((resolve) => {
      if (stdin.write(serializeMessage(message))) resolve();
      else stdin.once('drain', resolve);
    });
  }

  /** Ends its input, and what has not ended by itself in a while; then whatever is left of the group. */
  async close(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    child.stdin?.end();
    if (!(await this.#endsInTime())) {
      this.#signal('SIGTERM');
      await this.#endsInTime();
    }
    this.kill();
    this.#buffer.clear();
  }

  /** Ends the whole group at once. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  async #endsInTime(): Promise<boolean> {
    const late = new AbortController();
    const ended = this.#ended.then(() => true);
    const waited = this.#clock.sleep(LEAVE_MS, late.signal).then(
      () => false,
      () => false,
    );
    const inTime = await Promise.race([ended, waited]);
    late.abort();
    return inTime;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#group === undefined) return;
    try {
      process.kill(-this.#group, signal);
    } catch {
      // Nothing of it is left.
    }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
