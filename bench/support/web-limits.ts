import { median, type Measured } from '../bench.ts';

/** How long the calibration loop takes, in ms, on the machine that the limits were set on: two cores of a server of 2025. */
export const REFERENCE_LOOP_MS = 12;

/** A figure of a page, and how far it may go. */
export interface Limit {
  readonly name: string;
  readonly atMost: number;
  /** A time: it is scaled by the calibration loop, so that a slow machine is not the app's doing. */
  readonly scaled?: true;
}

/** What one round gave: the figures by the names of the limits, and the calibration loop's ms. */
export interface WebRound {
  readonly figures: Readonly<Record<string, number>>;
  readonly loopMs: number;
}

/** The worst of the figures to its limit, each as the median over the rounds. */
export function againstLimits(limits: readonly Limit[], rounds: readonly WebRound[]): Measured {
  const ratios = rounds.map((round) => Math.max(...limits.map((limit) => ratioOf(round, limit))));
  const middles = Object.fromEntries<number>(
    limits.map(({ name }) => [name, median(rounds.map(({ figures }) => figures[name] ?? Infinity))]),
  );
  const loop = median(rounds.map(({ loopMs }) => loopMs));
  return {
    ratio: Math.max(...limits.map((limit) => median(rounds.map((round) => ratioOf(round, limit))))),
    spread: { least: Math.min(...ratios), most: Math.max(...ratios) },
    parts: { ...middles, 'calibration loop ms': loop, 'times scaled by': scaleOf(loop) },
  };
}

/** A machine that is faster than the reference gives nothing away. */
const scaleOf = (loopMs: number): number => Math.min(1, REFERENCE_LOOP_MS / loopMs);

function ratioOf({ figures, loopMs }: WebRound, { name, atMost, scaled }: Limit): number {
  const value = (figures[name] ?? Infinity) * (scaled === true ? scaleOf(loopMs) : 1);
  // What must not be at all misses its limit by any amount.
  if (atMost === 0) return value === 0 ? 0 : 1 + value;
  return value / atMost;
}
