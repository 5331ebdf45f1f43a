import { median } from '../bench.ts';
import { perCpuSecond, perSecond, type Spent } from './cpu-time.ts';
import { PeerUnavailable, startLangGraph, type LangGraph } from './langgraph.ts';

/** Goes that are not measured: both sides run on a compiler that needs some thousand steps to be done. */
const WARM_UP = 3;

/** One side of a comparison: keeps what its rounds came to. */
export interface Side {
  /** One round, as the figure that is asked for. The first one is preceded by goes that warm up. */
  go(figure: (spent: Spent) => number): Promise<number>;
  /** Every round that counts: all but the first. */
  readonly counted: readonly Spent[];
  /** The middle figure of the rounds that count. */
  middle(figure: (spent: Spent) => number): number;
}

/** A side that measures like this. */
export function warmed(measure: () => Promise<Spent>): Side {
  const rounds: Spent[] = [];
  return {
    go: async (figure) => {
      for (let warm = 0; rounds.length === 0 && warm < WARM_UP; warm += 1) await measure();
      const spent = await measure();
      rounds.push(spent);
      return figure(spent);
    },
    get counted() {
      return rounds.slice(1);
    },
    middle: (figure) => median(rounds.slice(1).map(figure)),
  };
}

/** What ours comes to with nothing beside it, in words. */
export async function alone(ours: Side): Promise<string> {
  await ours.go(perSecond);
  for (let round = 0; round < 5; round += 1) await ours.go(perSecond);
  const [wall, cpu] = [ours.middle(perSecond), ours.middle(perCpuSecond)];
  return `Ours alone: ${wall.toFixed(0)} steps/s, ${cpu.toFixed(0)} steps/CPU s.`;
}

/**
 * Gives LangGraph to the work and stops it.
 * @throws Error with why it cannot be had, and with what `without` says of ours alone
 */
export async function withLangGraph<T>(of: {
  readonly work: (peer: LangGraph) => Promise<T>;
  readonly without: () => Promise<string>;
  /** Where the peer's package is; default: its own. */
  readonly folder?: string;
}): Promise<T> {
  const peer = await startLangGraph(of.folder).catch(async (error: unknown) => {
    if (!(error instanceof PeerUnavailable)) throw error;
    throw new Error(`${error.message}\n${await of.without()}`, { cause: error });
  });
  try {
    return await of.work(peer);
  } finally {
    await peer.stop();
  }
}
