/** The time axis of a run: where its spans lie, and which ticks it has. */
import type { RunView, Span } from '@colloquy/transcript';

/** From when to when, in ms. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** A span as a bar: its place and length as parts of the axis, 0 to 1. */
export interface Bar {
  readonly span: Span;
  readonly left: number;
  readonly width: number;
  /** In how many-th row of its lane it lies: bars that overlap lie below each other. */
  readonly row: number;
  /** How long it took, or takes, in ms. */
  readonly ms: number;
}

/** One agent's bars. */
export interface BarLane {
  readonly agent: string;
  readonly bars: readonly Bar[];
  readonly rows: number;
}

/** The range of a whole run. `now` in ms is its end while it goes on. */
export function rangeOf(run: RunView, now: number): TimeRange {
  const from = Date.parse(run.startedAt);
  const to = run.endedAt === undefined ? Math.max(now, Date.parse(run.lastAt)) : Date.parse(run.endedAt);
  return { from, to: Math.max(to, from + 1_000) };
}

/** The last minute of a run; all of a shorter one. */
export function recentOf({ from, to }: TimeRange): TimeRange {
  return { from: Math.max(from, to - RECENT_MS), to };
}

/** How much of a long run is shown close up, in ms. */
export const RECENT_MS = 60_000;

/** The least part of the axis that a bar takes, so that it can be seen. */
const LEAST = 0.006;

/** What is drawn of a run that may be long. */
export interface NewestSpans {
  readonly lanes: readonly { readonly agent: string; readonly spans: readonly Span[] }[];
  /** How many earlier spans are left out. */
  readonly hidden: number;
  /** Since when nothing is left out, in ms. */
  readonly from: number;
}

/** The newest spans of a run, at most `most`: however long it is, no more of it is looked at. */
export function newestSpans(run: RunView, most: number): NewestSpans {
  const count = run.lanes.reduce((sum, { spans }) => sum + spans.length, 0);
  const lanes = run.lanes.map(({ agent, spans }) => ({ agent, spans: spans.from(Math.max(0, spans.length - most)) }));
  if (count <= most) return { lanes, hidden: 0, from: Date.parse(run.startedAt) };
  const newest = lanes
    .flatMap(({ spans }) => spans)
    .sort((a, b) => b.seq - a.seq)
    .slice(0, most);
  const kept = new Set(newest);
  return {
    lanes: lanes.map(({ agent, spans }) => ({ agent, spans: spans.filter((span) => kept.has(span)) })),
    hidden: count - newest.length,
    from: newest.reduce((first, { startedAt }) => Math.min(first, Date.parse(startedAt)), Infinity),
  };
}

/** The bars of every agent that did something in the range. */
export function barsOf({ lanes }: Pick<NewestSpans, 'lanes'>, range: TimeRange): readonly BarLane[] {
  return lanes.flatMap(({ agent, spans }) => {
    const bars = spans.flatMap((span) => barOf(span, range) ?? []);
    if (spans.length === 0) return [];
    const rows = inRows(bars);
    return [{ agent, bars: rows, rows: rows.reduce((most, { row }) => Math.max(most, row + 1), 1) }];
  });
}

function barOf(span: Span, { from, to }: TimeRange): Omit<Bar, 'row'> | undefined {
  const begin = Date.parse(span.startedAt);
  const end = span.endedAt === undefined ? Math.max(to, begin) : Date.parse(span.endedAt);
  if (end < from || begin > to) return undefined;
  const [shownFrom, shownTo] = [Math.max(begin, from), Math.min(end, to)];
  const width = Math.max(LEAST, (shownTo - shownFrom) / (to - from));
  const left = Math.min(1 - width, (shownFrom - from) / (to - from));
  return { span, left: Math.max(0, left), width: Math.min(1, width), ms: span.ms ?? end - begin };
}

function inRows(bars: readonly Omit<Bar, 'row'>[]): readonly Bar[] {
  const ends: number[] = [];
  return [...bars]
    .sort((a, b) => Date.parse(a.span.startedAt) - Date.parse(b.span.startedAt) || a.span.seq - b.span.seq)
    .map((bar) => {
      // By their times: that a short one is drawn longer is no overlap.
      const free = ends.findIndex((end) => end <= Date.parse(bar.span.startedAt));
      const row = free < 0 ? ends.length : free;
      ends[row] = bar.span.endedAt === undefined ? Infinity : Date.parse(bar.span.endedAt);
      return { ...bar, row };
    });
}

/** A place on the axis, with the time since the beginning of the run in ms. */
export interface Tick {
  readonly at: number;
  readonly ms: number;
}

/** Distances of ticks, in ms. */
const STEPS = [
  100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000,
  7_200_000, 21_600_000, 86_400_000,
];

/** Ticks at round times, at most about `most`. */
export function ticksOf(run: RunView, { from, to }: TimeRange, most: number): readonly Tick[] {
  const start = Date.parse(run.startedAt);
  const length = to - from;
  const step = STEPS.find((candidate) => length / candidate <= most) ?? length;
  const ticks: Tick[] = [];
  for (let ms = Math.ceil((from - start) / step) * step; start + ms <= to; ms += step) {
    ticks.push({ at: (start + ms - from) / length, ms });
  }
  return ticks;
}
