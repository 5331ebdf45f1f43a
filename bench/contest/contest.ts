import { firstTokens, inTime, p50p95, shortChats, streams, type Shorts, type Streamed } from './measure.ts';
import type { ModelServer, Peer } from './peer.ts';
import { recover, type Recovered } from './recover.ts';
import type { Shape } from './shape.ts';
import { startModel } from './start-model.ts';

const SCENARIO_MS = 180_000;

/** What one round of one peer came to. */
export interface Round {
  readonly firstToken: { readonly p50: number; readonly p95: number };
  readonly shorts: Shorts;
  readonly streamed: Streamed;
}

/** All that was measured of one peer. */
export interface Entry {
  readonly name: string;
  readonly about: string;
  /** Why it has no figures, or not all of them. */
  readonly failure?: string;
  /** The round that warms up, in fresh processes; its memory counts and nothing else. */
  readonly fresh?: Round;
  /** By number of the round, so that rounds of peers belong together. */
  readonly rounds: readonly Round[];
  readonly away?: Recovered;
  readonly kill?: Recovered;
}

type Draft = { -readonly [key in keyof Entry]: Entry[key] } & { rounds: Round[] };

interface Runner {
  readonly peer: Peer;
  readonly draft: Draft;
}

/** What a contest is given. */
export interface ContestOptions {
  readonly peers: readonly Peer[];
  readonly shape: Shape;
  readonly say: (text: string) => void;
}

/** Measures all peers in turns on one model, and leaves nothing running. A peer that fails is out, and the others go on. */
export async function contest({ peers, shape, say }: ContestOptions): Promise<readonly Entry[]> {
  const runners = peers.map((peer): Runner => ({ peer, draft: { name: peer.name, about: peer.about, rounds: [] } }));
  const each = (what: string, work: (runner: Runner) => Promise<void>, turn = 0): Promise<void> =>
    inTurns(rotated(runners, turn), async (runner) => {
      if (runner.draft.failure !== undefined) return;
      say(`${runner.peer.name}: ${what}`);
      await attempt(runner.draft, what, () => work(runner));
      sayFailure(runner.draft, say);
    });
  await each('install', ({ peer }) => peer.install());
  const model = await startModel();
  try {
    await each('start', ({ peer }) => peer.start(model));
    await each('warm-up', async ({ peer, draft }) => void (draft.fresh = await oneRound(peer, shape)));
    for (let round = 1; round <= shape.rounds; round += 1) {
      const what = `round ${String(round)} of ${String(shape.rounds)}`;
      await each(what, async ({ peer, draft }) => void draft.rounds.push(await oneRound(peer, shape)), round);
    }
    await each('away and killed', (runner) => disturb(runner, { model, shape }));
  } finally {
    await Promise.allSettled(peers.map((peer) => peer.stop()));
    await model.stop();
  }
  return runners.map(({ draft }) => draft);
}

function sayFailure({ name, failure }: Draft, say: (text: string) => void): void {
  if (failure !== undefined) say(`✗ ${name}: ${failure}`);
}

async function attempt(draft: Draft, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await inTime(work(), what, what === 'install' ? 4 * SCENARIO_MS : SCENARIO_MS);
  } catch (error) {
    draft.failure = `${what}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function oneRound(peer: Peer, shape: Shape): Promise<Round> {
  const firstToken = p50p95(await firstTokens(peer, shape));
  const streamed = await streams(peer, shape);
  return { firstToken, streamed, shorts: await shortChats(peer, shape) };
}

/** The model alone is not disturbed: there is nothing that could keep its words. */
async function disturb({ peer, draft }: Runner, of: { model: ModelServer; shape: Shape }): Promise<void> {
  if (peer.name === 'direct') return;
  draft.away = await recover(peer, { ...of, how: 'away' });
  draft.kill = await recover(peer, { ...of, how: 'kill' });
}

const rotated = <T>(list: readonly T[], by: number): readonly T[] => {
  const at = by % Math.max(1, list.length);
  return [...list.slice(at), ...list.slice(0, at)];
};

async function inTurns<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (const one of list) await work(one);
}
