import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { SeedReport } from './seed-worker.ts';

/** Which seeds to run. */
export interface SeedRange {
  readonly from: number;
  readonly count: number;
  /** In so many processes; default: one a core. */
  readonly processes?: number;
  /** Called with each world that is over. */
  readonly onReport?: (report: SeedReport, done: number) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** What became of many seeds. */
export interface Summary {
  readonly from: number;
  readonly count: number;
  /** Those that broke a promise, by seed. */
  readonly failed: readonly SeedReport[];
  readonly reports: ReadonlyMap<number, SeedReport>;
  /** Hash over the digests of all worlds. */
  readonly digest: string;
  /** How often each kind of fault was made over all worlds, and what came of it. */
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** How much time passed in all worlds together, in ms. */
  readonly virtualMs: number;
}

const CHUNK = 10;
/** A world that takes longer than this hangs, in ms. */
const HANGS_MS = 120_000;
const WORKER = fileURLToPath(new URL('seed-worker.ts', import.meta.url));

/** Lets the worlds of many seeds happen, on every core. */
export async function runSeeds(range: SeedRange): Promise<Summary> {
  const began = performance.now();
  const { from, count, processes = availableParallelism() } = range;
  const waiting = Array.from({ length: count }, (_, at) => from + at);
  const reports = new Map<number, SeedReport>();
  const take = (report: SeedReport): void => {
    reports.set(report.seed, report);
    range.onReport?.(report, reports.size);
  };
  const work = async (): Promise<void> => {
    while (waiting.length > 0 && range.signal?.aborted !== true) await useWorker(waiting, take, range.signal);
  };
  await Promise.all(Array.from({ length: Math.min(processes, Math.ceil(count / CHUNK)) }, work));
  const all = [...reports.values()].sort((a, b) => a.seed - b.seed);
  return {
    from,
    count,
    failed: all.filter(({ faults }) => faults.length > 0),
    reports,
    digest: createHash('sha256')
      .update(all.map(({ seed, digest }) => `${String(seed)} ${digest}`).join('\n'))
      .digest('hex'),
    counts: sumOf(all.map(({ counts }) => counts)),
    seconds: (performance.now() - began) / 1000,
    virtualMs: all.reduce((sum, { virtualMs }) => sum + virtualMs, 0),
  };
}

/** One process, until no seed is left, or until it dies: then the seed that it was at is to blame, and another goes on. */
function useWorker(waiting: number[], take: (report: SeedReport) => void, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const worker = fork(WORKER, {
      execArgv: ['--conditions=@colloquy/source', '--disable-warning=ExperimentalWarning'],
    });
    let mine: number[] = [];
    let dog: NodeJS.Timeout | undefined;
    const stop = (): void => void worker.kill('SIGKILL');
    const next = (): void => {
      clearTimeout(dog);
      dog = setTimeout(stop, HANGS_MS);
      if (mine.length > 0) return;
      mine = waiting.splice(0, CHUNK);
      if (mine.length === 0) worker.disconnect();
      else worker.send(mine);
    };
    worker.on('message', (report: SeedReport) => {
      mine = mine.filter((seed) => seed !== report.seed);
      take(report);
      next();
    });
    onEnd(worker, () => {
      clearTimeout(dog);
      signal?.removeEventListener('abort', stop);
      const [seed, ...rest] = mine;
      waiting.unshift(...rest);
      if (seed !== undefined && signal?.aborted !== true) take(broken(seed));
      resolve();
    });
    signal?.addEventListener('abort', stop);
    next();
  });
}

function onEnd(worker: ChildProcess, fn: () => void): void {
  let over = false;
  const once = (): void => {
    if (!over) fn();
    over = true;
  };
  worker.on('exit', once);
  worker.on('error', once);
}

const broken = (seed: number): SeedReport => ({
  seed,
  faults: [`seed ${String(seed)}: its process died, or the world hung for ${String(HANGS_MS / 1000)} s`],
  digest: '',
  counts: {},
  virtualMs: 0,
});

/** The sum of what was counted, most first. */
function sumOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum = new Map<string, number>();
  for (const counts of all) {
    for (const [what, count] of Object.entries(counts)) sum.set(what, (sum.get(what) ?? 0) + count);
  }
  return Object.fromEntries([...sum].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}
