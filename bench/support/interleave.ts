import { median, type Spread } from '../bench.ts';

/** What is compared: each side measures once and gives one figure. */
export interface Sides {
  readonly ours: () => Promise<number>;
  readonly floor: () => Promise<number>;
}

/** The figures of all rounds. */
export interface Compared {
  /** The middle one of the rounds' own ratios: what disturbs the machine for a moment disturbs one round. */
  readonly ratio: number;
  readonly spread: Spread;
  readonly ours: number;
  readonly floor: number;
}

/**
 * Measures both sides in turns, so that a machine that slows down slows both. The first round warms up and is not
 * counted; the order changes with every round, so that neither side always runs after the other.
 */
export async function interleave({ ours, floor }: Sides, rounds = 5): Promise<Compared> {
  const figures: { ours: number; floor: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const floorFirst = round % 2 === 0;
    const first = await (floorFirst ? floor : ours)();
    const second = await (floorFirst ? ours : floor)();
    if (round > 0) figures.push(floorFirst ? { floor: first, ours: second } : { ours: first, floor: second });
  }
  const ratios = figures.map((figure) => figure.ours / figure.floor);
  return {
    ratio: median(ratios),
    spread: { least: Math.min(...ratios), most: Math.max(...ratios) },
    ours: median(figures.map((figure) => figure.ours)),
    floor: median(figures.map((figure) => figure.floor)),
  };
}
