/**
 * Timers of chats: scheduled messages of the broker that become commands.
 *
 * Invariants (tests name them):
 * T1  A timer is on disk before the event that waits for it, and is set again at every claim.
 * T2  One that fires before its time by our clock is set again for its time: it is never lost, and holds up nothing.
 * T3  One that fires late, twice, or for what is over, finds nothing that waits for it.
 * T4  One that was lost, or fired before its event was on the log, is set again by whoever notices that it is overdue.
 */
import type { Command } from '@colloquy/contracts';
import { timerCommand, timersOf, type ChatState, type Timer } from '@colloquy/engine';
import type { CommandDelivery } from '@colloquy/messaging';
import type { OrchestratorParts } from './ports.ts';

type Parts = Pick<OrchestratorParts, 'messaging' | 'clock'>;

const ON_ITS_WAY_MS = 50;

/** Sets timers; one of the same id is replaced. Resolves when they are on disk. */
export async function setTimers(
  { messaging }: Pick<Parts, 'messaging'>,
  chatId: string,
  timers: readonly Timer[],
): Promise<void> {
  for (const timer of timers) {
    const command = timerCommand(chatId, timer);
    await messaging.commands.schedule({ id: timer.id, at: Date.parse(timer.at), command });
  }
}

/** Sets again what is due: it may have fired and found nothing, since the event that waits for it was not there yet. */
export async function setDueTimers(parts: Parts, chatId: string, state: ChatState): Promise<void> {
  const now = parts.clock.now();
  const due = timersOf(state).filter(({ at }) => Date.parse(at) <= now);
  await setTimers(parts, chatId, due);
}

/**
 * True when the command is a timer that has fired before its time by our clock; it is set again then. The broker's
 * clock is ahead of ours by as much as it stored the message in our future, and by the time that it was on its way; the
 * new time is later by that, else it would fire at once again.
 */
export async function setIfEarly(parts: Parts, { command, storedAt }: CommandDelivery): Promise<boolean> {
  const id = timerIdOf(command);
  if (id === undefined) return false;
  const [now, due] = [parts.clock.now(), Date.parse(command.at)];
  if (now >= due) return false;
  const aheadMs = storedAt > now ? storedAt - now + ON_ITS_WAY_MS : 0;
  await parts.messaging.commands.schedule({ id, at: due + aheadMs, command });
  return true;
}

function timerIdOf(command: Command): string | undefined {
  if (command.kind === 'expiry') return command.requestId;
  return command.kind === 'deadline' ? command.runId : undefined;
}

/** Timers that `before` has and `after` has not: nothing waits for them any more. */
export function timersOver(before: ChatState, after: ChatState): readonly Timer[] {
  const earlier = timersOf(before);
  if (earlier.length === 0) return earlier;
  const left = new Set(timersOf(after).map(({ id }) => id));
  return earlier.filter(({ id }) => !left.has(id));
}

/** Takes away what nothing waits for any more. One that stays does no harm, so nobody waits for this. */
export function dropTimers(
  parts: Pick<OrchestratorParts, 'messaging' | 'log'>,
  chatId: string,
  timers: readonly Timer[],
): void {
  for (const { id } of timers) {
    parts.messaging.commands.unschedule({ id, chatId }).catch((error: unknown) => {
      parts.log.debug(
        { chatId, timer: id, err: error },
        'a timer that is over was not taken away; it will find nothing',
      );
    });
  }
}
