/**
 * A process that is kept running. Invariants:
 * 1. It is started again whenever it ends, until it is stopped: after 0.25 s, doubling up to 10 s; ready for 10 s resets that.
 * 2. `start` resolves when it is ready for the first time and rejects when it ended three times before that.
 * 3. After `stop` has resolved it does not run, and is not started again unless `start` is called.
 */
import { spawnGuarded, type Exit, type Guarded, type Program } from '../servers/guarded.ts';
import { waitFor } from '../servers/wait-for.ts';
import { LaunchError, type ProcessInfo, type Report } from './launch-event.ts';

const firstDelayMs = 250;
const longestDelayMs = 10_000;
const settledMs = 10_000;
const startAttempts = 3;

/** What to keep running. */
export interface ManagedSpec {
  readonly name: string;
  /** Counts from 1. */
  readonly instance: number;
  readonly port: number;
  readonly url: string;
  readonly program: Program;
  readonly graceMs: number;
  /** Milliseconds in which it must become ready. */
  readonly readyMs: number;
  /** True when it can work. Throwing counts as not yet. */
  readonly ready: () => Promise<boolean>;
  readonly report: Report;
  /** Called whenever the pid changes. */
  readonly changed: () => void;
}

/** Milliseconds to wait before start number `attempt` (0-based) in a row. */
export const restartDelayMs = (attempt: number): number => Math.min(firstDelayMs * 2 ** attempt, longestDelayMs);

const seconds = (ms: number): number => Math.round(ms / 10) / 100;

const howItEnded = ({ code, signal }: Exit): string => (signal === null ? `exit ${code ?? 1}` : signal);

/** See the invariants above. */
export class ManagedProcess {
  readonly spec: ManagedSpec;
  private child: Guarded | undefined;
  private stopping = false;
  private everReady = false;
  private attempt = 0;
  private wake: () => void = () => {};
  private loop: Promise<void> = Promise.resolve();
  private readonly lastLines: string[] = [];

  constructor(spec: ManagedSpec) {
    this.spec = spec;
  }

  /** True from `stop` on, until it is started again. */
  get stopped(): boolean {
    return this.stopping;
  }

  /** Undefined while it does not run. */
  info(): ProcessInfo | undefined {
    const { name, instance, port, url } = this.spec;
    return this.child?.running() === true ? { name, instance, pid: this.child.pid, port, url } : undefined;
  }

  /** Starts it and keeps it running. @throws LaunchError with its last lines */
  start(): Promise<void> {
    this.stopping = false;
    this.everReady = false;
    this.attempt = 0;
    return new Promise((resolve, reject) => {
      this.loop = this.run(resolve, reject);
    });
  }

  /** A signal to the process itself; what happens then is as if it had come from anywhere. */
  kill(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** SIGTERM, after its grace SIGKILL; with `now` SIGKILL at once. */
  async stop(now = false): Promise<void> {
    this.stopping = true;
    this.wake();
    if (now) this.child?.kill('SIGKILL');
    else await this.child?.stop(this.spec.graceMs);
    await this.loop;
  }

  /** Ends it in good order and lets it start again at once. */
  async restart(): Promise<void> {
    this.attempt = -1;
    await this.child?.stop(this.spec.graceMs);
  }

  private async run(ready: () => void, failed: (error: Error) => void): Promise<void> {
    while (!this.isStopping()) {
      const child = spawnGuarded(this.spec.program);
      this.child = child;
      this.spec.changed();
      this.follow(child);
      const watching = this.watch(child, ready, failed);
      const exit = await child.exited;
      await watching;
      if (this.isStopping()) break;
      const delay = this.attempt < 0 ? 0 : restartDelayMs(this.attempt);
      this.attempt += 1;
      this.sayExit(child, exit, delay);
      this.spec.changed();
      if (!this.everReady && this.attempt >= startAttempts) {
        failed(this.failure(`ended ${startAttempts} times before it was ready (${howItEnded(exit)})`));
        return;
      }
      await this.pause(delay);
    }
    // Stopped before it was ever ready: nobody waits for it any more.
    ready();
  }

  /** A method, because the flag changes while the loop waits. */
  private isStopping(): boolean {
    return this.stopping;
  }

  private sayExit(child: Guarded, exit: Exit, delay: number): void {
    const { name, instance, report } = this.spec;
    const restartInSeconds = seconds(delay);
    report({ type: 'exit', name, instance, pid: child.pid, how: howItEnded(exit), restartInSeconds });
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      if (this.stopping) this.wake();
    });
  }

  /** Says when it is ready; never throws. */
  private async watch(child: Guarded, ready: () => void, failed: (error: Error) => void): Promise<void> {
    const { name, instance, port, url, report } = this.spec;
    const began = performance.now();
    const process = { type: 'process', name, instance, pid: child.pid, port, url } as const;
    report({ ...process, state: 'started', seconds: 0 });
    try {
      const giveUp = (): string | undefined => (child.running() && !this.stopping ? undefined : 'ended');
      await waitFor({ until: this.spec.ready, deadlineMs: this.spec.readyMs, what: 'ready', giveUp, everyMs: 100 });
    } catch (error) {
      if (!child.running() || this.stopping) return;
      if (this.everReady) report({ type: 'note', text: `${name} #${instance} runs but is not ready again` });
      else failed(this.failure(error instanceof Error ? error.message : String(error)));
      return;
    }
    this.everReady = true;
    report({ ...process, state: 'ready', seconds: seconds(performance.now() - began) });
    ready();
    const settled = setTimeout(() => (this.attempt = 0), settledMs);
    settled.unref();
    void child.exited.then(() => clearTimeout(settled));
  }

  private failure(reason: string): LaunchError {
    const { name, instance } = this.spec;
    const said =
      this.lastLines.length === 0 ? '' : `\nIts last lines:\n${this.lastLines.map((line) => `  ${line}`).join('\n')}`;
    return new LaunchError(`${name} #${instance}: ${reason}.${said}`);
  }

  private follow(child: Guarded): void {
    const { name, instance, report } = this.spec;
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines.filter((one) => one.trim() !== '')) {
          this.lastLines.push(line);
          if (this.lastLines.length > 12) this.lastLines.shift();
          report({ type: 'log', name, instance, line });
        }
      });
    }
  }
}
