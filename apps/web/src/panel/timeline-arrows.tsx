'use client';

import type { SharedList, Step } from '@colloquy/transcript';
import { useShown } from './panel-parts.ts';
import { joinedBy } from './team-graph.ts';
import type { BarLane, TimeRange } from './time-axis.ts';
import { middlesOf } from './timeline-rows.ts';

/** The steps from that moment on, in ms; those before it are not looked at. */
function stepsSince(steps: SharedList<Step>, from: number): readonly Step[] {
  let first = steps.length;
  while (Date.parse(steps.at(first - 1)?.at ?? '') >= from) first--;
  return steps.from(first);
}

/** The way of the turn, from lane to lane. The list of handoffs says the same. */
export function TimelineArrows({ lanes, range }: { readonly lanes: readonly BarLane[]; readonly range: TimeRange }) {
  const { run } = useShown();
  const { middles, height } = middlesOf(lanes);
  const steps = stepsSince(run.steps, range.from).flatMap(({ seq, at, from, to }) => {
    const x = (Date.parse(at) - range.from) / (range.to - range.from);
    const end = middles.get(to);
    if (x > 1 || end === undefined) return [];
    return joinedBy(from).flatMap((name) => {
      const begin = middles.get(name);
      return begin === undefined || begin === end ? [] : [{ key: `${String(seq)} ${name}`, x, begin, end }];
    });
  });
  return (
    <div aria-hidden className="pointer-events-none relative">
      {steps.map(({ key, x, begin, end }) => (
        <span
          key={key}
          className="absolute w-px bg-faint"
          style={{
            left: `${String(x * 100)}%`,
            bottom: height - Math.max(begin, end),
            height: Math.abs(end - begin) - 7,
          }}
        >
          <svg
            viewBox="0 0 8 8"
            className={`absolute -left-[3.5px] size-2 fill-faint ${end > begin ? '-bottom-px' : '-top-px rotate-180'}`}
          >
            <path d="M0.5 1h7L4 7.5z" />
          </svg>
        </span>
      ))}
    </div>
  );
}
