/**
 * Timers of chats: scheduled messages of the broker that become commands.
 *
 * Invariants (tests name them):
 * T1  A timer is on disk before the event that waits for it, and is set again at every claim.
 * T2  One that fires before its time by our clock is set again for its time: it is never lost, and holds up nothing.
 * T3  One that fires late, twice, or for what is over, finds nothing that waits for it.
 * T4  One that was lost, or fired before its event was on the log, is set again by whoever notices that it is overdue.
 * T5  A clock that is far behind the broker's does not put it off while there is another orchestrator with a better one.
 */
import type { Command } from '@colloquy/contracts';
import { timerCommand, timersOf, type ChatState, type Timer } from '@colloquy/engine';
import type { CommandDelivery } from '@colloquy/messaging';
import type { OrchestratorParts } from './ports.ts';

type Parts = Pick<OrchestratorParts, 'messaging' | 'clock' | 'log'>;

const ON_ITS_WAY_MS = 50;
/** Clocks that are further apart, in ms, are not to be trusted. */
const MOST_SKEW_MS = 10_000;
/** So often an early timer is left to others before one whose clock is far behind decides all the same. */
const OTHERS_MAY_DECIDE = 5;

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
export async function setDueTimers(
  parts: Pick<Parts, 'messaging' | 'clock'>,
  chatId: string,
  state: ChatState,
): Promise<void> {
  const now = parts.clock.now();
  const due = timersOf(state).filter(({ at }) => Date.parse(at) <= now);
  await setTimers(parts, chatId, due);
}

/**
 * What to do with a timer that has fired before its time by our clock; undefined when it has not. It is set again
 * (`ack`): the broker's clock is ahead of ours by as much as it stored the message in our future, and by the time that it
 * was on its way; the new time is later by that, else it would fire at once again. When the two are apart by more than
 * clocks should be, ours may be the wrong one: another orchestrator is to decide, a few times, so that one bad clock does
 * not put off the timers of all.
 */
export async function setIfEarly(
  parts: Parts,
  { command, storedAt, deliveryCount }: CommandDelivery,
): Promise<'ack' | { readonly nakMs: number } | undefined> {
  const id = timerIdOf(command);
  if (id === undefined) return undefined;
  const [now, due] = [parts.clock.now(), Date.parse(command.at)];
  if (now >= due) return undefined;
  const behindMs = storedAt - now;
  if (behindMs > MOST_SKEW_MS && deliveryCount <= OTHERS_MAY_DECIDE) {
    parts.log.warn({ chatId: command.chatId, timer: id, behindMs }, 'our clock is far behind that of the broker');
    return { nakMs: 200 };
  }
  await parts.messaging.commands.schedule({ id, at: due + (behindMs > 0 ? behindMs + ON_ITS_WAY_MS : 0), command });
  return 'ack';
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
