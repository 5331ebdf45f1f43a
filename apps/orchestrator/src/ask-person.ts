import { TIMER_USER, WIRE_VERSION, type Command, type NewEvent } from '@colloquy/contracts';
import { next, type Question } from '@colloquy/engine';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';

type Parts = Pick<OrchestratorParts, 'messaging' | 'clock' | 'ids'>;

/**
 * Puts questions to a person on the log. The timer of one that expires is on disk before the question is.
 * @throws FencedError when somebody else owns the chat
 */
export async function askPerson(parts: Parts, chat: RunningChat): Promise<void> {
  await chat.change(async (state) => {
    const step = next(state, chat.workflow);
    const runId = state.run?.runId;
    if (step.kind !== 'ask_person' || runId === undefined) return undefined;
    const events: NewEvent[] = [];
    for (const question of step.questions)
      events.push(await requestOf(parts, { chatId: chat.chatId, runId, question }));
    return { events };
  });
}

async function requestOf(
  parts: Parts,
  { chatId, runId, question }: { chatId: string; runId: string; question: Question },
): Promise<NewEvent> {
  const requestId = parts.ids.uuid();
  const { expiresInMs, ...asked } = question;
  const request = { type: 'input_request' as const, runId, requestId, ...asked };
  if (expiresInMs === undefined) return request;
  const at = parts.clock.now() + expiresInMs;
  const expiresAt = new Date(at).toISOString();
  await parts.messaging.commands.schedule({
    id: requestId,
    at,
    command: expiryOf({ chatId, requestId, at: expiresAt }),
  });
  return { ...request, expiresAt };
}

/** The command that a question's timer sends: the same whoever schedules it, so that two of them are one. */
export function expiryOf(about: { chatId: string; requestId: string; at: string }): Command {
  const commandId = `${about.requestId}-expiry`.slice(-64);
  return { v: WIRE_VERSION, kind: 'expiry', userId: TIMER_USER, commandId, ...about };
}
