import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Clock ticks a second of `/proc`: the same on every Linux that Node runs on. */
const TICKS = 100;

/** What was measured of some work. */
export interface Spent {
  readonly steps: number;
  readonly wallMs: number;
  /** Of every process that did the work. */
  readonly cpuMs: number;
}

/** CPU time of other processes so far, in ms. */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (process.platform === 'linux' ? fromProc(pid) : fromPs(pid)), 0);
}

function fromProc(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  // The name of the program comes second, in brackets, and may hold anything: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

/** `[days-]hours:minutes:seconds.hundredths`, the first parts left out when they are 0. */
function fromPs(pid: number): number {
  const time = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  return time.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
}

/** Does the work and takes the time of this process, and of `pids`, for it. */
export async function spend(work: () => number | Promise<number>, pids: readonly number[] = []): Promise<Spent> {
  const others = cpuOf(pids);
  const cpu = process.cpuUsage();
  const began = performance.now();
  const steps = await work();
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { steps, wallMs, cpuMs: (user + system) / 1000 + cpuOf(pids) - others };
}

/** Steps a second. */
export const perSecond = ({ steps, wallMs }: Spent): number => (steps * 1000) / wallMs;

/** Steps for each second of CPU. */
export const perCpuSecond = ({ steps, cpuMs }: Spent): number => (steps * 1000) / cpuMs;
