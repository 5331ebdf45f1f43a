import { keeps, median, type Goal } from '../bench.ts';
import type { Entry, Round } from './contest.ts';
import { cpuPerShortChat, figuresOf, FLOOR, middleOf, OURS, tokensPerCoreSecond, type Middle } from './figures.ts';
import type { Recovered } from './recover.ts';

/** One of the goals of a contest, judged. */
export interface Judgement {
  readonly what: string;
  readonly goal: Goal;
  /** Undefined when it could not be measured; then the goal is missed. */
  readonly value: Middle | undefined;
  readonly unit: string;
  /** Who was the best of the others, for goals that are held against them. */
  readonly best?: string;
  readonly kept: boolean;
}

interface Versus {
  readonly what: string;
  readonly goal: Goal;
  readonly pick: (round: Round) => number;
  readonly better: 'more' | 'less';
}

const VERSUS: readonly Versus[] = [
  { what: 'streamed tokens per core-second', goal: { atLeast: 2 }, pick: tokensPerCoreSecond, better: 'more' },
  { what: 'first token', goal: { atMost: 1 }, pick: ({ firstToken }) => firstToken.p50, better: 'less' },
  { what: 'CPU per short chat', goal: { atMost: 1 }, pick: cpuPerShortChat, better: 'less' },
];

/** Judges all goals, each against the best of the others in the same rounds, or as it stands. */
export function judgeAll(entries: readonly Entry[], streamChats: number): readonly Judgement[] {
  const ours = entries.find(({ name }) => name === OURS);
  const others = entries.filter(({ name, rounds }) => name !== OURS && name !== FLOOR && rounds.length > 0);
  const kib = ours && figuresOf(ours, undefined, streamChats).kibPerStream;
  return [
    ...VERSUS.map((versus) => against(versus, ours, others)),
    judged({ what: 'memory per running stream', goal: { atMost: 165 }, unit: 'KiB', value: exactly(kib) }),
    ...disturbed('away', ours?.away),
    ...disturbed('killed', ours?.kill),
  ];
}

function against({ what, goal, pick, better }: Versus, ours: Entry | undefined, others: readonly Entry[]): Judgement {
  const sign = better === 'more' ? -1 : 1;
  const bestOf = (at: number): Entry | undefined =>
    others
      .flatMap((entry) => (entry.rounds[at] === undefined ? [] : [{ entry, value: sign * pick(entry.rounds[at]) }]))
      .sort((a, b) => a.value - b.value)[0]?.entry;
  const ratios = (ours?.rounds ?? []).flatMap((round, at) => {
    const best = bestOf(at)?.rounds[at];
    return best === undefined ? [] : [pick(round) / pick(best)];
  });
  const overall = others
    .map(({ name, rounds }) => ({ name, value: sign * median(rounds.map(pick)) }))
    .sort((a, b) => a.value - b.value)[0];
  const best = overall === undefined ? {} : { best: overall.name };
  return { ...judged({ what, goal, unit: '×', value: middleOf(ratios) }), ...best };
}

function disturbed(when: string, of: Recovered | undefined): readonly Judgement[] {
  const none = { goal: { atMost: 0 }, unit: 'tokens' };
  return [
    judged({ what: `${when}: lost`, value: exactly(of && Math.max(of.lost, of.gap)), ...none }),
    judged({ what: `${when}: shown twice`, value: exactly(of?.doubled), ...none }),
  ];
}

const exactly = (value: number | undefined): Middle | undefined =>
  value === undefined ? undefined : middleOf([value]);

function judged(of: Omit<Judgement, 'kept'>): Judgement {
  return { ...of, kept: of.value !== undefined && keeps(of.goal, of.value.middle) };
}
