import { noTracer } from '@colloquy/contracts';
import type { LogDelivery } from '@colloquy/messaging';
import type { ProjectionParts } from './ports.ts';
import { projectChat } from './project-chat.ts';
import { sortFault } from './sort-fault.ts';
import { traceDeliveries } from './trace-deliveries.ts';

/** So many chats are written at once. */
const PARALLEL = 8;
/** A delivery that failed comes back after this long, doubled each time up to the limit, ms. */
const RETRY_MS = 250;
const RETRY_LIMIT_MS = 30_000;
/** In an outage all comes back soon: nothing is pulled until MongoDB answers. */
const OUTAGE_MS = 1000;

/**
 * Brings a batch into MongoDB, chats side by side, and settles every delivery: acknowledged only after its write,
 * given back when it could not be made, parked when it never can. Tells whether MongoDB is away.
 */
export async function projectBatch(
  parts: ProjectionParts,
  deliveries: readonly LogDelivery[],
): Promise<'done' | 'outage'> {
  const began = parts.clock.monotonic();
  const groups = [...Map.groupBy(deliveries, ({ commit }) => commit.chatId)];
  let result: 'done' | 'outage' = 'done';
  const work = async (): Promise<void> => {
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      if (result === 'outage') giveBack(group[1], () => OUTAGE_MS);
      else if ((await settleTraced(parts, ...group)) === 'outage') result = 'outage';
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  parts.meters.batch(deliveries.length, parts.clock.monotonic() - began);
  return result;
}

function settleTraced(
  parts: ProjectionParts,
  chatId: string,
  deliveries: readonly LogDelivery[],
): Promise<'done' | 'outage'> {
  return traceDeliveries(parts.tracer ?? noTracer, deliveries, () => settleChat(parts, chatId, deliveries));
}

async function settleChat(
  parts: ProjectionParts,
  chatId: string,
  deliveries: readonly LogDelivery[],
): Promise<'done' | 'outage'> {
  try {
    const projected = await projectChat(parts, chatId, deliveries);
    if (projected.kind === 'park') await parkAll(parts, { chatId, deliveries, reason: projected.reason });
    else for (const delivery of deliveries) delivery.ack();
    return 'done';
  } catch (error) {
    return settleFault(parts, { chatId, deliveries, error });
  }
}

async function settleFault(
  parts: ProjectionParts,
  { chatId, deliveries, error }: { chatId: string; deliveries: readonly LogDelivery[]; error: unknown },
): Promise<'done' | 'outage'> {
  parts.headers.delete(chatId);
  const fault = sortFault(error);
  if (fault === 'park') {
    await parkAll(parts, { chatId, deliveries, reason: error instanceof Error ? error.message : String(error) });
    return 'done';
  }
  if (fault === 'outage') {
    giveBack(deliveries, () => OUTAGE_MS);
    return 'outage';
  }
  parts.logger.error({ chatId, err: error }, 'a chat could not be projected; trying again');
  giveBack(deliveries, (count) => Math.min(RETRY_LIMIT_MS, RETRY_MS * 2 ** Math.min(count, 10)));
  return 'done';
}

function giveBack(deliveries: readonly LogDelivery[], delayMs: (deliveryCount: number) => number): void {
  for (const delivery of deliveries) delivery.nak(delayMs(delivery.deliveryCount));
}

async function parkAll(
  { logger, meters }: ProjectionParts,
  { chatId, deliveries, reason }: { chatId: string; deliveries: readonly LogDelivery[]; reason: string },
): Promise<void> {
  logger.error({ chatId, reason, commits: deliveries.length }, 'commits were given up and parked');
  meters.parked(deliveries.length);
  try {
    for (const delivery of deliveries) await delivery.park(reason);
  } catch (error) {
    logger.warn({ chatId, err: error }, 'parking failed; the commits come again');
    giveBack(deliveries, () => RETRY_MS);
  }
}
