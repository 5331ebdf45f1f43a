import { TIMER_USER, WIRE_VERSION, type Command } from '@colloquy/contracts';
import { runsOf } from './run-tree.ts';
import type { ChatState, Timer } from './types.ts';

/** Everything that the chat waits for by the clock, and would wait for in vain should nobody look at one. */
export function timersOf({ run, deletedAt }: ChatState): Timer[] {
  if (run === undefined || deletedAt !== undefined) return [];
  const { runId, deadlineAt } = run;
  const expiries = runsOf(run)
    .flatMap(({ openRequests }) => openRequests)
    .flatMap(({ requestId, expiresAt }): Timer[] =>
      expiresAt === undefined ? [] : [{ id: requestId, kind: 'expiry', at: expiresAt }],
    );
  return deadlineAt === undefined ? expiries : [{ id: runId, kind: 'deadline', at: deadlineAt }, ...expiries];
}

/** The command that a timer sends: the same whoever schedules it and however often, so that many of them are one. */
export function timerCommand(chatId: string, { id, kind, at }: Timer): Command {
  const commandId = `${id}-${kind}`.slice(-64);
  const about = { v: WIRE_VERSION, chatId, commandId, userId: TIMER_USER, at } as const;
  return kind === 'expiry' ? { ...about, kind, requestId: id } : { ...about, kind, runId: id };
}
