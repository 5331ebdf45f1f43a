import type { SeededIds } from '@colloquy/testing/seeded-ids';
import type { Haste } from '../../apps/orchestrator/src/fixtures/teams.ts';

/** What a seed decides about a whole world. */
export interface Lots {
  /** Up to so many ms for one way over any network. */
  readonly slowMs: number;
  /** Part of the messages, and of the answers, that are lost. */
  readonly lossy: number;
  /** Chance that a process is hit just when it has sent something. */
  readonly sniped: number;
  /** Weight of the faults of requests and of the store; 0: none. */
  readonly rough: number;
  readonly cluster: boolean;
  readonly replicaLagMs: number;
  /** Deltas leave the log this early. */
  readonly deltaTtlSeconds: number | undefined;
  readonly onNewInput: 'queue' | 'interrupt' | 'reject';
  readonly sequentialTools: boolean;
  /** How the branches of the research team are joined. */
  readonly branchMode: 'sequence' | 'all' | 'any' | 'first_success';
  /** How long the storm lasts, in ms. */
  readonly stormMs: number;
  /** Mean time between two acts of the storm, in ms. */
  readonly paceMs: number;
  /** A lull in the middle of the storm, in ms: deltas expire, the log ages out, gateways close chats. */
  readonly lullMs: number;
  /** Commits leave the log when they are this old, in ms; undefined: not in this world's time. */
  readonly maxAgeMs: number | undefined;
  /** Without a watchdog, a ticket that is lost stays lost, and is found out. */
  readonly watched: boolean;
  /** The clocks of processes differ. */
  readonly skewed: boolean;
  /** What of the workflows has its time. */
  readonly haste: Haste;
  /** How many devices each user has. */
  readonly devices: number;
}

/** Draws the lots of a world. */
export function lotsOf(chance: SeededIds): Lots {
  const one = <T>(of: readonly [T, ...T[]]): T => of[chance.below(of.length)] ?? of[0];
  const expiring = chance.below(3) === 0;
  const aging = expiring && chance.below(2) === 0;
  const lullMs = aging ? 260_000 : 100_000;
  return {
    slowMs: 1 + chance.below(10),
    lossy: chance.below(3) === 0 ? 0 : chance.number() * 0.03,
    sniped: chance.below(2) === 0 ? 0 : chance.number() * 0.003,
    rough: chance.below(4) === 0 ? 0 : chance.number() * 2,
    cluster: chance.below(2) === 0,
    replicaLagMs: chance.below(3) === 0 ? 30 : 0,
    deltaTtlSeconds: expiring ? 90 : undefined,
    onNewInput: one(['queue', 'interrupt', 'reject']),
    sequentialTools: chance.below(2) === 0,
    stormMs: 25_000 + chance.below(20_000),
    paceMs: 300 + chance.below(700),
    lullMs: expiring ? lullMs : 0,
    maxAgeMs: aging ? 240_000 : undefined,
    watched: chance.below(2) === 0,
    skewed: chance.below(3) === 0,
    haste: hasteOf(chance),
    devices: 1 + chance.below(3),
    branchMode: one(['all', 'any', 'first_success', 'sequence']),
  };
}

/** In some worlds nothing waits for ever. */
function hasteOf(chance: SeededIds): Haste {
  const afterMs = 2000 + chance.below(60_000);
  const expiry =
    chance.below(2) === 0
      ? ({ afterMs, then: 'go_on', defaultAnswer: 'None' } as const)
      : ({ afterMs, then: 'end_run' } as const);
  const deadlineMs = 2000 + chance.below(90_000);
  return { ...(chance.below(2) === 0 ? { expiry } : {}), ...(chance.below(3) === 0 ? { deadlineMs } : {}) };
}
