import { describe, expect, it } from '@jest/globals';
import { runSeed } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';

/**
 * `SIMULATE_SEEDS=60` runs so many worlds in this very process, where a changed transform of the sources holds, and
 * nothing else; `SIMULATE_FROM` is the first of them.
 */
const HERE = process.env['SIMULATE_SEEDS'];
const FROM = Number(process.env['SIMULATE_FROM'] ?? 1);
const WORLDS = 1000;
const MINUTES_2 = 120_000;

if (HERE !== undefined) {
  it('P1-P8: every promise is kept in every world', async () => {
    for (let seed = FROM; seed < FROM + Number(HERE); seed += 1) expect((await runSeed(seed)).faults).toEqual([]);
  }, 600_000);
} else {
  describe('the whole house in virtual time', () => {
    it(
      `P1-P8: every promise is kept in ${String(WORLDS)} worlds full of faults, within two minutes`,
      async () => {
        const { failed, reports, counts } = await runSeeds({ from: FROM, count: WORLDS });
        expect(failed.flatMap(({ faults }) => faults)).toEqual([]);
        expect(reports.size).toBe(WORLDS);
        for (const kind of FAULTS) expect([kind, (counts[kind] ?? 0) > 10]).toEqual([kind, true]);
      },
      MINUTES_2,
    );

    it(
      'replays a seed bit for bit, in another process and after other worlds',
      async () => {
        const seeds = Array.from({ length: 20 }, (_, at) => 5000 + at);
        const elsewhere = await runSeeds({ from: 5000, count: seeds.length });
        const here: string[] = [];
        for (const seed of seeds.toReversed()) here.unshift((await runSeed(seed)).digest);
        const again: string[] = [];
        for (const seed of seeds.slice(0, 5)) again.push((await runSeed(seed, { story: true })).digest);
        expect(here).toEqual(seeds.map((seed) => elsewhere.reports.get(seed)?.digest));
        expect(again).toEqual(here.slice(0, 5));
        expect(new Set(here).size).toBe(seeds.length);
      },
      MINUTES_2,
    );
  });
}

/** What must really be done to the house, or its promises are kept in fair weather only. */
const FAULTS = [
  'an orchestrator is killed',
  'an orchestrator is frozen',
  'an orchestrator is drained',
  'an orchestrator is deafened',
  'an orchestrator is hit in the act',
  'a persistence service is killed',
  'a realtime gateway is killed',
  'an API gateway is killed',
  'the broker restarts',
  'MongoDB is away',
  'store: lose_answer',
  'deliver: lose',
  'ack: lose',
  'a live message is lost',
  'a request comes twice',
  'the answer of a request is lost',
  'an answer of the store is lost',
  'a device goes offline',
  'a device is slow',
  'a device is reloaded',
  'two screens answer the same question',
  'a command is doubled',
  'a viewer lags',
  'a gateway finds a gap',
];
