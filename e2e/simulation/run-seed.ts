import { faultsOfHouse } from './check-house.ts';
import { House } from './house.ts';
import { ADA } from './people.ts';
import { Storm } from './storm.ts';

/** What became of the world of one seed. */
export interface Outcome {
  readonly seed: number;
  /** What was wrong; nothing when every promise was kept. */
  readonly faults: readonly string[];
  /** Hash of everything that happened. */
  readonly digest: string;
  /** How often each kind of fault was made, and what came of it. */
  readonly counts: Readonly<Record<string, number>>;
  /** How long the world took in its own time, in ms. */
  readonly virtualMs: number;
  /** Everything that happened, and what the services logged; when asked for. */
  readonly story: readonly string[];
}

/** Lets the world of a seed happen. The same seed gives the same outcome, everywhere and every time. */
export async function runSeed(seed: number, { story = false }: { story?: boolean } = {}): Promise<Outcome> {
  const house = new House(seed, { story });
  const storm = new Storm(house);
  const broke = await storm.run().then(
    () => [],
    (error: unknown) => [error instanceof Error ? (error.stack ?? error.message) : String(error)],
  );
  const lost = storm.lost.map((chatId) => `chat ${chatId} was begun, and is nowhere`);
  const faults = [...broke, ...lost, ...(await faultsOfHouse(house, ADA))];
  house.close();
  return {
    seed,
    faults: faults.map((fault) => `seed ${String(seed)}: ${fault}`),
    digest: house.witness.digest(),
    counts: Object.fromEntries(house.witness.counts),
    virtualMs: house.time.monotonic(),
    story: story ? [...(house.witness.story ?? []), 'What the services logged:', ...house.world.warnings] : [],
  };
}
