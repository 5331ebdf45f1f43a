import { WIRE_VERSION } from '@colloquy/contracts';
import { BrokerUnavailableError } from '@colloquy/messaging';
import type { OverdueChat } from '@colloquy/store';
import type { OrchestratorParts } from './ports.ts';
import { wakeTimers } from './wake-timers.ts';

const EVERY_MS = 30_000;
const UNTOUCHED_MS = 60_000;
const MOST = 200;

/**
 * The watchdog: publishes again the tickets of chats that are not at rest and were not touched for a minute, and sets
 * again the timers that are overdue. It heals a gateway that died between its two publishes, and a broker that lost a
 * schedule; a spare ticket or timer is harmless. Runs until the signal aborts.
 */
export async function watchChats(parts: OrchestratorParts, signal: AbortSignal): Promise<void> {
  let after: OverdueChat | undefined;
  while (!signal.aborted) {
    await parts.clock.sleep(EVERY_MS * jitter(parts), signal).catch(() => undefined);
    if (signal.aborted) return;
    await wakeSleepers(parts, signal).catch((error: unknown) => {
      parts.log.warn({ err: error }, 'the watchdog could not look for chats that wait; it looks again');
    });
    after = await wakeTimers(parts, { signal, after }).catch((error: unknown) => {
      parts.log.warn({ err: error }, 'the watchdog could not look for timers that are overdue; it looks again');
      return after;
    });
  }
}

/** @throws BrokerUnavailableError when the broker is away: every other chat would wait as long for it */
async function wakeSleepers(parts: OrchestratorParts, signal: AbortSignal): Promise<void> {
  const sleepers = await parts.store.notAtRest({ before: parts.clock.now() - UNTOUCHED_MS, limit: MOST });
  for (const { chatId, lastSeq } of sleepers) {
    if (signal.aborted) return;
    const ticket = { v: WIRE_VERSION, chatId } as const;
    await parts.messaging.tickets.publish(ticket, `wake-${chatId}-${String(lastSeq)}`).catch((error: unknown) => {
      if (error instanceof BrokerUnavailableError) throw error;
      parts.log.warn({ chatId, err: error }, 'the watchdog could not wake a chat; it tries again in its next round');
    });
  }
}

/** Between 0.75 and 1.25, so that a fleet does not look all at once. */
function jitter(parts: OrchestratorParts): number {
  const [byte = 0] = Buffer.from(parts.ids.random(1), 'base64url');
  return 0.75 + byte / 512;
}
