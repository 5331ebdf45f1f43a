import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeConsumers } from './messaging-consumer-suite.ts';
import { describeFence, describeLive, describeLog } from './messaging-log-suite.ts';
import { describeOwner, describeQueues, describeTickets } from './messaging-queue-suite.ts';
import { describeRestore } from './messaging-restore-suite.ts';
import type { MessagingUnderTest } from './messaging-under-test.ts';
import { type Declare, World } from './messaging-world.ts';

const TIMEOUT_MS = 60_000;

/**
 * What every implementation of the messaging ports must keep; `make` is called once. Each test has its own chat and
 * its own connections.
 */
export function describeMessaging(name: string, make: () => Promise<MessagingUnderTest>): void {
  describe(name, () => {
    let broker: MessagingUnderTest;
    let counter = 0;

    /** Declares a test with a fresh chat; its connections are closed after it. */
    const promise: Declare = (title, body) => {
      it(
        title,
        async () => {
          counter += 1;
          const world = new World(broker, counter);
          await broker.run(async () => {
            try {
              await body(world);
            } finally {
              await world.close();
            }
          });
        },
        TIMEOUT_MS,
      );
    };

    beforeAll(async () => {
      broker = await make();
    }, TIMEOUT_MS);
    afterAll(() => broker.stop());

    describeLog(promise);
    describeRestore(promise);
    describeFence(promise);
    describeLive(promise);
    describeQueues(promise);
    describeTickets(promise);
    describeOwner(promise);
    describeConsumers(promise);
  });
}
