import type { Ids } from '@colloquy/contracts';
import type { SeededIds } from '@colloquy/testing/seeded-ids';
import type { VirtualClock } from '@colloquy/testing/virtual-clock';
import type { World } from '../../apps/orchestrator/src/fixtures/world.ts';

/** What surrounds every process and device of a simulated house: its time, its chance, its faults. */
export interface Nature {
  readonly time: VirtualClock;
  /** Ids of the house. */
  readonly ids: Ids;
  /** What decides about people and faults. */
  readonly chance: SeededIds;
  /** Broker, store and orchestrators. */
  readonly world: World;
  /** True while MongoDB does not answer. */
  readonly storeAway: boolean;
  /** `seq` of the event that began the message. */
  startOf(messageId: string): number | undefined;
  /** `seq` of the event that ended the message; undefined while none has. */
  endOf(messageId: string): number | undefined;
  /** What has been said of a message so far, by kind. */
  saidOf(kind: string, messageId: string): string;
  /** One way over a network, in ms. */
  latencyMs(): number;
  /** True when this very thing goes wrong now; never once the storm is over. */
  fails(what: string, chance: number): boolean;
  /** Something happened that is only counted. */
  count(what: string): void;
  /** Something happened: it is part of the digest. */
  note(what: () => string): void;
  /** Something happened that must never. */
  violated(what: string): void;
}
