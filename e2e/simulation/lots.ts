import type { SeededIds } from '@colloquy/testing/seeded-ids';

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
  /** How long the storm lasts, in ms. */
  readonly stormMs: number;
  /** A lull in the middle of the storm, in ms: deltas expire, gateways close chats. */
  readonly lullMs: number;
  /** How many devices each user has. */
  readonly devices: number;
}

/** Draws the lots of a world. */
export function lotsOf(chance: SeededIds): Lots {
  const one = <T>(of: readonly [T, ...T[]]): T => of[chance.below(of.length)] ?? of[0];
  const expiring = chance.below(3) === 0;
  return {
    slowMs: 1 + chance.below(10),
    lossy: chance.below(3) === 0 ? 0 : chance.number() * 0.03,
    sniped: chance.below(2) === 0 ? 0 : chance.number() * 0.002,
    rough: chance.below(4) === 0 ? 0 : chance.number() * 2,
    cluster: chance.below(2) === 0,
    replicaLagMs: chance.below(3) === 0 ? 30 : 0,
    deltaTtlSeconds: expiring ? 90 : undefined,
    onNewInput: one(['queue', 'interrupt', 'reject']),
    sequentialTools: chance.below(2) === 0,
    stormMs: 25_000 + chance.below(20_000),
    lullMs: expiring ? 100_000 : 0,
    devices: 1 + chance.below(3),
  };
}
