import { WIRE_VERSION } from '@colloquy/contracts';
import { BrokerUnavailableError } from '@colloquy/messaging';
import type { OverdueChat, SleepingChat } from '@colloquy/store';
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
  let [sleeper, after]: [SleepingChat | undefined, OverdueChat | undefined] = [undefined, undefined];
  while (!signal.aborted) {
    await parts.clock.sleep(EVERY_MS * jitter(parts), signal).catch(() => undefined);
    if (signal.aborted) return;
    sleeper = await wakeSleepers(parts, { signal, after: sleeper }).catch((error: unknown) => {
      parts.log.warn({ err: error }, 'the watchdog could not look for chats that wait; it looks again');
      return sleeper;
    });
    after = await wakeTimers(parts, { signal, after }).catch((error: unknown) => {
      parts.log.warn({ err: error }, 'the watchdog could not look for timers that are overdue; it looks again');
      return after;
    });
  }
}

/**
 * One round takes a page of what was not touched, the one after `after`: chats that nothing wakes, or whose documents lag
 * behind, must not keep all others from their turn.
 * @returns where the next round goes on; undefined when it begins at the longest untouched
 * @throws BrokerUnavailableError when the broker is away: every other chat would wait as long for it
 */
export async function wakeSleepers(
  { store, clock, messaging, log }: Pick<OrchestratorParts, 'store' | 'clock' | 'messaging' | 'log'>,
  { signal, after }: { signal: AbortSignal; after: SleepingChat | undefined },
): Promise<SleepingChat | undefined> {
  const from = after === undefined ? {} : { after };
  const sleepers = await store.notAtRest({ before: clock.now() - UNTOUCHED_MS, limit: MOST, ...from });
  for (const { chatId, lastSeq } of sleepers) {
    if (signal.aborted) return undefined;
    const ticket = { v: WIRE_VERSION, chatId } as const;
    await messaging.tickets.publish(ticket, `wake-${chatId}-${String(lastSeq)}`).catch((error: unknown) => {
      if (error instanceof BrokerUnavailableError) throw error;
      log.warn({ chatId, err: error }, 'the watchdog could not wake a chat; it tries again in a later round');
    });
  }
  return sleepers.length < MOST ? undefined : sleepers.at(-1);
}

/** Between 0.75 and 1.25, so that a fleet does not look all at once. */
function jitter(parts: OrchestratorParts): number {
  const [byte = 0] = Buffer.from(parts.ids.random(1), 'base64url');
  return 0.75 + byte / 512;
}
