/** One of the processes of `runSeeds`: lets the worlds of the seeds that it is sent happen, one after the other. */
import { runSeed, type Outcome } from './run-seed.ts';

/** What became of one seed, as it is sent back. */
export type SeedReport = Omit<Outcome, 'story'>;

let now: number | undefined;
let escaped: string[] = [];

/** What nobody has caught belongs to the world that happens now. */
function note(error: unknown): void {
  escaped.push(
    `seed ${String(now)}: nobody caught ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
}

async function run(seeds: readonly number[]): Promise<void> {
  for (const seed of seeds) {
    now = seed;
    escaped = [];
    const { story: _story, faults, ...rest } = await runSeed(seed);
    const report: SeedReport = { ...rest, faults: [...faults, ...escaped] };
    process.send?.(report);
  }
}

process.on('unhandledRejection', note);
process.on('uncaughtException', note);
process.on('message', (seeds: readonly number[]) => void run(seeds));
process.on('disconnect', () => process.exit());
