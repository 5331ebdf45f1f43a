import { median, type Bench, type Measured } from './bench.ts';
import { perCpuSecond, perSecond, spend, type Spent } from './support/cpu-time.ts';
import { withDurableEngine, type DurableEngine } from './support/durable-engine.ts';
import { interleave } from './support/interleave.ts';
import { alone, warmed, withLangGraph, type Side } from './support/langgraph-rounds.ts';
import type { LangGraph } from './support/langgraph.ts';
import { TWO_AGENTS } from './support/two-agents.ts';

/** How large a round is, of ours and of the peer. */
export interface DurableSize {
  readonly chats: number;
  readonly atOnce: number;
}

const SIZE: DurableSize = { chats: 96, atOnce: 16 };

/** One round of ours: the CPU of orchestrator, gateway and broker counts. */
export const durableRound = (engine: DurableEngine, size: DurableSize, pids: readonly number[]): Promise<Spent> =>
  spend(() => engine.chats(size), pids);

async function compare(ours: Side, peer: LangGraph): Promise<Measured> {
  const sqlite = warmed(() => peer.measure({ checkpointer: 'sqlite', loop: TWO_AGENTS, ...SIZE }));
  const unsynced = warmed(() => peer.measure({ checkpointer: 'sqlite-unsynced', loop: TWO_AGENTS, ...SIZE }));
  const { ratio, spread } = await interleave({
    ours: () => ours.go(perCpuSecond),
    floor: async () => {
      await unsynced.go(perCpuSecond);
      return sqlite.go(perCpuSecond);
    },
  });
  const beside = (other: Side, figure: (spent: Spent) => number): number =>
    median(ours.counted.map((spent, at) => figure(spent) / figure(other.counted[at] ?? spent)));
  return {
    ratio,
    spread,
    parts: {
      'steps/CPU s': ours.middle(perCpuSecond),
      [`LangGraph ${peer.version} SqliteSaver steps/CPU s`]: sqlite.middle(perCpuSecond),
      'steps/s': ours.middle(perSecond),
      'LangGraph steps/s': sqlite.middle(perSecond),
      'ratio of steps/s': beside(sqlite, perSecond),
      'ratio to SqliteSaver never synced': beside(unsynced, perCpuSecond),
      'its ratio of steps/s': beside(unsynced, perSecond),
    },
  };
}

async function run(): Promise<Measured> {
  return withDurableEngine({ loop: TWO_AGENTS, atOnce: SIZE.atOnce }, (engine, pids) => {
    const ours = warmed(() => durableRound(engine, SIZE, pids));
    return withLangGraph({ without: () => alone(ours), work: (peer) => compare(ours, peer) });
  });
}

/** What a step costs that cannot be lost: orchestrator and broker, against LangGraph and its file. */
export const bench: Bench = {
  name: 'durable steps / LangGraph steps in SQLite, by CPU',
  goal: { atLeast: 2 },
  run,
};
