import type { LogConsumer, LogDelivery, Subscription } from '@colloquy/messaging';
import type { ProjectionParts } from './ports.ts';
import { projectBatch } from './project-batch.ts';

/** A batch is as many commits as come together in so many ms. */
const BATCH = { count: 256, waitMs: 50 } as const;
/** How long until the next try, ms: of a pull that failed, and of a database that is away. */
const PULL_AGAIN_MS = 500;
const PROBE_MS = 1000;

/** Reads the log through its durable and writes MongoDB, until it is closed; `close` lets the batch in hand finish. */
export function projectLog(parts: ProjectionParts, consumer: LogConsumer): Subscription {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      const deliveries = await pull(parts, consumer, signal);
      if (deliveries.length === 0) continue;
      if ((await projectBatch(parts, deliveries)) === 'outage') await waitForStore(parts, signal);
    }
  })();
  return {
    close: async () => {
      stopping.abort(new Error('the projection was closed'));
      await running;
    },
  };
}

async function pull(
  { logger, clock }: ProjectionParts,
  consumer: LogConsumer,
  signal: AbortSignal,
): Promise<readonly LogDelivery[]> {
  try {
    return await consumer.pull({ ...BATCH, signal });
  } catch (error) {
    if (signal.aborted) return [];
    logger.warn({ err: error }, 'the log could not be pulled; trying again');
    await pause(clock, PULL_AGAIN_MS, signal);
    return [];
  }
}

/** Nothing is pulled while MongoDB is away: what waits, waits on the log. */
async function waitForStore({ store, clock, logger, meters }: ProjectionParts, signal: AbortSignal): Promise<void> {
  const began = clock.monotonic();
  meters.outage();
  logger.warn({}, 'MongoDB does not answer; the log waits');
  while (!signal.aborted) {
    await pause(clock, PROBE_MS, signal);
    try {
      await store.ping();
      logger.info({ ms: Math.round(clock.monotonic() - began) }, 'MongoDB is back');
      return;
    } catch {
      // still away
    }
  }
}

/** Ends early when the signal aborts. */
async function pause(clock: ProjectionParts['clock'], ms: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(ms, signal).catch(() => undefined);
}
