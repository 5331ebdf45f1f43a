import { median, type Bench, type Measured } from './bench.ts';
import { perCpuSecond, perSecond, spend, type Spent } from './support/cpu-time.ts';
import { interleave } from './support/interleave.ts';
import { PureEngine } from './support/pure-engine.ts';
import { alone, warmed, withLangGraph } from './support/langgraph-rounds.ts';
import { TWO_AGENTS } from './support/two-agents.ts';

/** How large it is. */
export interface PureSize {
  /** Ours runs whole chats until so many milliseconds are over: as many as the peer runs would be too few to time. */
  readonly oursMs: number;
  /** Chats that the peer runs in a round. */
  readonly chats: number;
  readonly atOnce: number;
}

const SIZE: PureSize = { oursMs: 1000, chats: 64, atOnce: 16 };

/** One round of ours. */
export async function pureRound(engine: PureEngine, { oursMs }: Pick<PureSize, 'oursMs'>): Promise<Spent> {
  return spend(() => {
    const end = performance.now() + oursMs;
    let steps = 0;
    do steps += engine.chat();
    while (performance.now() < end);
    return steps;
  });
}

async function run(): Promise<Measured> {
  const engine = new PureEngine(TWO_AGENTS);
  const ours = warmed(() => pureRound(engine, SIZE));
  return withLangGraph({
    without: () => alone(ours),
    work: async (peer) => {
      const { chats, atOnce } = SIZE;
      const memory = warmed(() => peer.measure({ checkpointer: 'memory', loop: TWO_AGENTS, chats, atOnce }));
      const { ratio, spread } = await interleave({
        ours: () => ours.go(perCpuSecond),
        floor: () => memory.go(perCpuSecond),
      });
      const walls = ours.counted.map((spent, at) => perSecond(spent) / perSecond(memory.counted[at] ?? spent));
      return {
        ratio,
        spread,
        parts: {
          'steps/CPU s': ours.middle(perCpuSecond),
          [`LangGraph ${peer.version} MemorySaver steps/CPU s`]: memory.middle(perCpuSecond),
          'steps/s': ours.middle(perSecond),
          'LangGraph steps/s': memory.middle(perSecond),
          'ratio of steps/s': median(walls),
        },
      };
    },
  });
}

/** What a step costs without anything around it: `next`, what the model and the tool make of it, `evolve`. */
export const bench: Bench = { name: 'engine steps / LangGraph steps in memory', goal: { atLeast: 100 }, run };
