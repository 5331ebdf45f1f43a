import { DURABLES } from '@colloquy/contracts';
import type { Subscription } from '@colloquy/messaging';
import { eraseDeleted } from '../../apps/persistence/src/erase-deleted.ts';
import { HeaderCache } from '../../apps/persistence/src/header-cache.ts';
import type { Meters, ProjectionParts } from '../../apps/persistence/src/ports.ts';
import { subscriptions } from '../../apps/persistence/src/subscriptions.ts';
import { HouseProcess } from './house-process.ts';
import { remoteStore } from './remote-store.ts';

const SILENT: Meters = {
  batch: () => undefined,
  written: () => undefined,
  parked: () => undefined,
  filled: () => undefined,
  outage: () => undefined,
  erased: () => undefined,
};

/** So few that some are forgotten. */
const CACHED_HEADERS = 2;

/** A persistence service: the projection and the eraser. */
export class PersistenceProcess extends HouseProcess {
  #running: Subscription[] = [];

  /** @throws BrokerUnavailableError when the broker cannot be reached: the service ends, and is started again */
  async start(): Promise<void> {
    const { connection: messaging, clock, logger, nature } = this;
    const parts: ProjectionParts = {
      messaging,
      store: remoteStore(nature, this),
      headers: new HeaderCache(CACHED_HEADERS),
      clock,
      logger,
      meters: SILENT,
    };
    for (const [durable, take] of Object.entries(subscriptions)) {
      this.#running.push(take(parts, await messaging.consumer(durable)));
    }
    this.#running.push(eraseDeleted({ ...parts, messaging, ids: nature.ids }));
  }

  /** How many commits wait. */
  async lag(): Promise<number> {
    return (await this.connection.consumer(DURABLES.persistence)).lag();
  }

  protected override async leave(): Promise<void> {
    await Promise.all(this.#running.map((one) => one.close()));
  }
}
