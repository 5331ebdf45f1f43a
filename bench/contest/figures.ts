import { median, type Spread } from '../bench.ts';
import type { Entry, Round } from './contest.ts';
import { total } from './measure.ts';

/** Whose figures are held against those of the others. */
export const OURS = 'Colloquy';
/** What others are measured over. */
export const FLOOR = 'direct';

/** A figure of several rounds. */
export interface Middle extends Spread {
  readonly middle: number;
}

/** The figures of one peer; undefined where they could not be measured. */
export interface Figures {
  /** Of CPU of all its processes. */
  readonly tokensPerCoreSecond?: Middle;
  readonly firstTokenMs?: Middle;
  /** The middle and the 95th percentile, each minus the middle of direct in the same round. */
  readonly overDirectMs?: { readonly p50: Middle; readonly p95: Middle };
  readonly cpuPerShortChatMs?: Middle;
  readonly shortChatsPerSecond?: Middle;
  readonly streamSeconds?: Middle;
  readonly kibPerStream?: number;
  readonly idleMib?: number;
  readonly failedChats: number;
}

/** The middle of values, with the least and the greatest; undefined without any. */
export function middleOf(values: readonly number[]): Middle | undefined {
  if (values.length === 0) return undefined;
  return { middle: median(values), least: Math.min(...values), most: Math.max(...values) };
}

export const tokensPerCoreSecond = ({ streamed }: Round): number => (streamed.tokens * 1000) / total(streamed.cpu);
export const cpuPerShortChat = ({ shorts }: Round): number => total(shorts.cpu) / Math.max(1, shorts.chats);
/** Growth of memory from the moment when all are connected to the peak, of processes that have not streamed before. */
const kibPerStream = ({ streamed }: Round, chats: number): number => (streamed.peakKib - streamed.idleKib) / chats;

/** The figures of one peer, beside those of direct in the same rounds. */
export function figuresOf(entry: Entry, floor: Entry | undefined, streamChats: number): Figures {
  const { rounds, fresh } = entry;
  const over = (pick: (round: Round) => number): Middle | undefined =>
    middleOf(
      rounds.flatMap((round, at) => {
        const direct = floor?.rounds[at];
        return direct === undefined ? [] : [pick(round) - direct.firstToken.p50];
      }),
    );
  const [p50, p95] = [over(({ firstToken }) => firstToken.p50), over(({ firstToken }) => firstToken.p95)];
  return defined({
    tokensPerCoreSecond: middleOf(rounds.map(tokensPerCoreSecond)),
    firstTokenMs: middleOf(rounds.map(({ firstToken }) => firstToken.p50)),
    overDirectMs: p50 === undefined || p95 === undefined ? undefined : { p50, p95 },
    cpuPerShortChatMs: middleOf(rounds.map(cpuPerShortChat)),
    shortChatsPerSecond: middleOf(rounds.map(({ shorts }) => shorts.chats / shorts.seconds)),
    streamSeconds: middleOf(rounds.map(({ streamed }) => streamed.seconds)),
    kibPerStream: fresh && kibPerStream(fresh, streamChats),
    idleMib: fresh && fresh.streamed.idleKib / 1024,
    failedChats: rounds.reduce((sum, { shorts, streamed }) => sum + shorts.failed + streamed.failed, 0),
  });
}

type Defined<T> = { [key in keyof T]: Exclude<T[key], undefined> };

function defined<T extends object>(of: T): Defined<T> {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** How our CPU is shared out, as parts of the whole; the largest first. */
export function sharesOf(
  rounds: readonly Round[],
  pick: (round: Round) => Readonly<Record<string, number>>,
): readonly { readonly name: string; readonly share: number }[] {
  const sums = new Map<string, number>();
  for (const round of rounds)
    for (const [name, ms] of Object.entries(pick(round))) sums.set(name, (sums.get(name) ?? 0) + ms);
  const all = [...sums.values()].reduce((sum, ms) => sum + ms, 0);
  return [...sums].map(([name, ms]) => ({ name, share: all === 0 ? 0 : ms / all })).sort((a, b) => b.share - a.share);
}
