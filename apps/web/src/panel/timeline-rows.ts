/** Heights in the timeline, in px: the arrows are drawn over rows that they do not measure. */
import type { BarLane } from './time-axis.ts';

/** Of a lane: its head, each row of bars, and the room around both. */
export const ROW = { ticks: 20, head: 20, height: 18, around: 19 } as const;

/** The middle of the first row of bars of each lane, from the top of the chart, and the height of all. */
export function middlesOf(lanes: readonly BarLane[]): {
  readonly middles: ReadonlyMap<string, number>;
  readonly height: number;
} {
  const middles = new Map<string, number>();
  let top: number = ROW.ticks;
  for (const { agent, rows } of lanes) {
    middles.set(agent, top + 7 + ROW.head + 4 + ROW.height / 2 - 2);
    top += ROW.head + rows * ROW.height + ROW.around;
  }
  return { middles, height: top };
}
