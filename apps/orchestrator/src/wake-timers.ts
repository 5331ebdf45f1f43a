import { BrokerUnavailableError } from '@colloquy/messaging';
import type { OverdueChat } from '@colloquy/store';
import { foldChat } from './fold-chat.ts';
import type { OrchestratorParts } from './ports.ts';
import { setDueTimers } from './set-timers.ts';

type Parts = Pick<OrchestratorParts, 'messaging' | 'store' | 'clock' | 'log'>;

/** A timer that is late by this much was lost, in ms: the log was restored, or its schedule is gone. */
const LATE_MS = 10_000;
const MOST = 200;

/**
 * T4: sets again the timers that are overdue. A chat that waits for a person has no owner and no ticket, so nobody else
 * would. What the store names is looked up in the log: it may have been answered since. One round takes a page of what
 * is overdue, the one after `after`.
 * @returns where the next round goes on; undefined when it begins at the longest overdue
 * @throws BrokerUnavailableError when the broker is away: the round is left, since every other chat would wait as long
 */
export async function wakeTimers(
  parts: Parts,
  { signal, after }: { signal: AbortSignal; after: OverdueChat | undefined },
): Promise<OverdueChat | undefined> {
  const { store, clock } = parts;
  const from = after === undefined ? {} : { after };
  const overdue = await store.overdue({ before: clock.now() - LATE_MS, limit: MOST, ...from });
  for (const { chatId } of overdue) {
    if (signal.aborted) return undefined;
    await wakeTimer(parts, chatId);
  }
  return overdue.length < MOST ? undefined : overdue.at(-1);
}

async function wakeTimer(parts: Parts, chatId: string): Promise<void> {
  const { messaging, store, log } = parts;
  try {
    const folded = await foldChat({ log: messaging.log, store }, chatId);
    if (folded !== undefined) await setDueTimers(parts, chatId, folded.state);
  } catch (error) {
    if (error instanceof BrokerUnavailableError) throw error;
    log.warn({ chatId, err: error }, 'the watchdog could not set a timer again; it tries again in a later round');
  }
}
