import type { TicketDelivery } from '@colloquy/messaging';
import type { OrchestratorParts } from './ports.ts';
import { StalledError, type RunningChat } from './running-chat.ts';

/** A ticket in flight is extended this often, in ms; it would go to somebody else after 6 s. */
const HEARTBEAT_MS = 2000;
/** Who beats this late was frozen, and may have been replaced meanwhile. */
const LATE_MS = 2 * HEARTBEAT_MS;

/**
 * Extends a ticket while its run goes on. The heartbeat proves the loop, not a timer: when a step in progress makes no
 * progress in its time the run is given up, and its ticket goes to somebody else.
 */
export async function beat(
  parts: Pick<OrchestratorParts, 'clock' | 'log'>,
  { chat, delivery, signal }: { chat: RunningChat; delivery: TicketDelivery; signal: AbortSignal },
): Promise<void> {
  const { clock, log } = parts;
  let before = clock.monotonic();
  while (!signal.aborted && !chat.lost.aborted) {
    const now = clock.monotonic();
    const { stalledMs } = chat.steps;
    if (stalledMs !== undefined) {
      chat.giveUp(new StalledError(`a step did not move for ${String(stalledMs)} ms`));
    } else if (now - before > LATE_MS) {
      chat.verify().catch((error: unknown) => {
        log.debug({ chatId: chat.chatId, err: error }, 'a run was taken over while this process was frozen');
      });
    } else {
      delivery.working();
    }
    before = now;
    await clock.sleep(HEARTBEAT_MS, signal).catch(() => undefined);
  }
}
