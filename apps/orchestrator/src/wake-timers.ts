import type { OrchestratorParts } from './ports.ts';
import { foldChat } from './fold-chat.ts';
import { setDueTimers } from './set-timers.ts';

/** A timer that is late by this much was lost, in ms: the log was restored, or its schedule is gone. */
const LATE_MS = 10_000;
const MOST = 200;

/**
 * T4: sets again the timers that are overdue. A chat that waits for a person has no owner and no ticket, so nobody else
 * would. What the store names is looked up in the log: it may have been answered since.
 */
export async function wakeTimers(parts: OrchestratorParts): Promise<void> {
  const { store, clock, messaging, log } = parts;
  for (const chatId of await store.overdue({ before: clock.now() - LATE_MS, limit: MOST })) {
    try {
      const folded = await foldChat({ log: messaging.log, store }, chatId);
      if (folded !== undefined) await setDueTimers(parts, chatId, folded.state);
    } catch (error) {
      log.warn({ chatId, err: error }, 'the watchdog could not set a timer again; it tries again in its next round');
    }
  }
}
