import type { TicketDelivery } from '@colloquy/messaging';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChats } from './running-chats.ts';
import type { Slots } from './slots.ts';
import { subscriptions } from './subscriptions.ts';

/**
 * How long one request for tickets stands. What is delivered to a process that hangs is lost for another ack_wait, so a
 * request must be over before the tickets of a hung owner come again: 4 s after it hung, since it beat every 2 s.
 */
const TICKET_WAIT_MS = 2000;
const FAILED_WAIT_MS = 500;

/** What pulling works with. */
export interface Pulling {
  readonly parts: OrchestratorParts;
  readonly chats: RunningChats;
  readonly slots: Slots;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Pulls tickets until the signal aborts: exactly the free slots, since what is pulled and not run would wait here
 * instead of going to an orchestrator that is free. Never throws.
 */
export async function pullTickets(pulling: Pulling): Promise<void> {
  const { parts, chats, slots, signal } = pulling;
  while (!signal.aborted) {
    if (slots.free <= 0) {
      await slots.freed();
      continue;
    }
    for (const delivery of await pullSome(pulling)) slots.begin(subscriptions['run.*'](parts, chats, delivery));
  }
}

async function pullSome({ parts, slots, signal }: Pulling): Promise<readonly TicketDelivery[]> {
  try {
    return await parts.messaging.tickets.pull({ count: slots.free, waitMs: TICKET_WAIT_MS, signal });
  } catch (error) {
    if (signal.aborted) return [];
    parts.log.warn({ err: error }, 'tickets could not be pulled; trying again');
    await parts.clock.sleep(FAILED_WAIT_MS, signal).catch(() => undefined);
    return [];
  }
}
