import { spreadOf, type Spread } from '../support/spread.ts';
import type { Answered } from './people.ts';
import type { ScaledName } from './scale-options.ts';

/** How far behind the readers of the streams were at one moment. */
export interface Lag {
  /** Tickets that no orchestrator has yet. */
  readonly waiting: number;
  /** Commits that persistence has not pulled yet. */
  readonly unprojected: number;
  /** Commits that the event logger has not pulled yet. */
  readonly unlogged: number;
}

/** What one number of instances did; rates are per second. */
export interface Figures {
  readonly service: ScaledName;
  readonly instances: number;
  readonly runsPerSecond: number;
  readonly commitsPerSecond: number;
  /** ms from sending to the first word on the screen. */
  readonly firstWord: Spread;
  /** The greatest of what was seen. */
  readonly lag: Lag;
  /** How much of a core each instance of the service used, in per cent, the first one first. */
  readonly cpu: readonly number[];
}

/** What is measured at the beginning and at the end of a stretch of time. */
export interface Reading {
  readonly at: number;
  /** Sequence of the last commit of all chats. */
  readonly commits: number;
  /** CPU seconds of each instance so far. */
  readonly cpu: readonly number[];
}

/** The figures of the time between two readings. */
export function figuresOf(
  of: Pick<Figures, 'service' | 'instances'>,
  [from, to]: readonly [Reading, Reading],
  seen: { readonly answered: readonly Answered[]; readonly lags: readonly Lag[] },
): Figures {
  const seconds = (to.at - from.at) / 1000;
  const within = seen.answered.filter(({ doneAt }) => doneAt >= from.at && doneAt < to.at);
  const most = (pick: (lag: Lag) => number): number => Math.max(0, ...seen.lags.map(pick));
  return {
    ...of,
    runsPerSecond: within.length / seconds,
    commitsPerSecond: (to.commits - from.commits) / seconds,
    firstWord: spreadOf(within.map(({ sentAt, firstWordAt }) => firstWordAt - sentAt)),
    lag: {
      waiting: most(({ waiting }) => waiting),
      unprojected: most(({ unprojected }) => unprojected),
      unlogged: most(({ unlogged }) => unlogged),
    },
    cpu: to.cpu.slice(0, of.instances).map((end, at) => Math.max(0, (100 * (end - (from.cpu[at] ?? 0))) / seconds)),
  };
}

const HEAD = [
  'service',
  'n',
  'runs/s',
  'commits/s',
  'first word p50',
  'p95',
  'tickets waiting',
  'not in MongoDB',
  'not logged',
  'CPU of each',
];

/** A table for people: a line per service and number of instances, in the order in which they were measured. */
export function tableOf(figures: readonly Figures[]): string[] {
  const rows = figures.map(({ service, instances, runsPerSecond, commitsPerSecond, firstWord, lag, cpu }) => [
    service,
    String(instances),
    runsPerSecond.toFixed(1),
    commitsPerSecond.toFixed(0),
    `${String(firstWord.p50)} ms`,
    `${String(firstWord.p95)} ms`,
    String(lag.waiting),
    String(lag.unprojected),
    String(lag.unlogged),
    cpu.map((share) => `${share.toFixed(0)} %`).join(' '),
  ]);
  const widths = HEAD.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) =>
        at === 0 || at === HEAD.length - 1 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [HEAD, ...rows].map(line);
}
