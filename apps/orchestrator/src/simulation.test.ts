import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { Chaos } from './fixtures/chaos.ts';
import { faultsOf } from './fixtures/check-world.ts';

/** Seeds to run: `ORCHESTRATOR_SEEDS=2000` for more of them, `ORCHESTRATOR_SEED=17` for one again with its story. */
const COUNT = Number(process.env['ORCHESTRATOR_SEEDS'] ?? 150);
const ONE = process.env['ORCHESTRATOR_SEED'];
const FIRST = ONE === undefined ? 1 : Number(ONE);
const BATCH = 25;

/** What went wrong in the world of a seed. */
async function faultsOfSeed(seed: number): Promise<string[]> {
  const time = new VirtualClock();
  const ids = seededIds(seed, () => time.now());
  const chaos = new Chaos({ time, ids, chance: seededIds(seed + 1_000_000) });
  const crash = await chaos.run().then(
    () => [],
    (error: unknown) => [error instanceof Error ? (error.stack ?? error.message) : String(error)],
  );
  const faults = [...crash, ...faultsOf(chaos.world, chaos.accepted)];
  if (ONE !== undefined) {
    const log = chaos.world
      .chatIds()
      .flatMap((chatId) =>
        chaos.world
          .log(chatId)
          .flatMap(({ commit, at, writer, streamSeq }) =>
            commit.events.map((event) => ({ at, text: `${String(streamSeq)} ${writer} ${JSON.stringify(event)}` })),
          ),
      );
    process.stdout.write([...chaos.told, ...chaos.world.warnings, ...log.map(({ text }) => text)].join('\n') + '\n');
  }
  return faults.map((fault) => `seed ${String(seed)}: ${fault}`);
}

describe('P2 P3 P5 P6 P8: whatever happens to orchestrators, broker and network', () => {
  const batches = ONE === undefined ? Math.ceil(COUNT / BATCH) : 1;
  it.each(Array.from({ length: batches }, (_, batch) => batch))(
    'every promise is kept in batch %i of the seeds',
    async (batch) => {
      const faults: string[] = [];
      const count = ONE === undefined ? Math.min(BATCH, COUNT - batch * BATCH) : 1;
      for (let i = 0; i < count; i += 1) faults.push(...(await faultsOfSeed(FIRST + batch * BATCH + i)));
      expect(faults).toEqual([]);
    },
    120_000,
  );
});
