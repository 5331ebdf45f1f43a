import { TIMER_USER, WIRE_VERSION, type ChatEvent, type Command, type NewEvent } from '@colloquy/contracts';
import { next, type Question } from '@colloquy/engine';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';

type Parts = Pick<OrchestratorParts, 'messaging' | 'clock' | 'ids'>;

/**
 * Puts questions to a person on the log. The timer of one that expires is on disk before the question is.
 * @throws FencedError when somebody else owns the chat
 */
export async function askPerson(parts: Parts, chat: RunningChat): Promise<void> {
  const asked = await chat.change(async (state) => {
    const step = next(state, chat.workflow);
    const runId = state.run?.runId;
    if (step.kind !== 'ask_person' || runId === undefined) return undefined;
    const events: NewEvent[] = [];
    for (const question of step.questions)
      events.push(await requestOf(parts, { chatId: chat.chatId, runId, question }));
    return { events };
  });
  await renewLate(parts, chat.chatId, asked);
}

/** A timer that fired before its question was on the log has found nothing: it must fire again. */
async function renewLate(parts: Parts, chatId: string, asked: readonly ChatEvent[]): Promise<void> {
  for (const event of asked) {
    if (event.type !== 'input_request' || event.expiresAt === undefined) continue;
    if (Date.parse(event.expiresAt) <= parts.clock.now()) await schedule(parts, chatId, event);
  }
}

async function schedule(
  parts: Pick<OrchestratorParts, 'messaging'>,
  chatId: string,
  { requestId, expiresAt }: { readonly requestId: string; readonly expiresAt?: string | undefined },
): Promise<void> {
  if (expiresAt === undefined) return;
  const command = expiryOf({ chatId, requestId, at: expiresAt });
  await parts.messaging.commands.schedule({ id: requestId, at: Date.parse(expiresAt), command });
}

/** Timers are scheduled again at every claim: the one that was scheduled first may be lost. */
export async function renewTimers(parts: Pick<OrchestratorParts, 'messaging'>, chat: RunningChat): Promise<void> {
  for (const request of chat.state.run?.openRequests ?? []) await schedule(parts, chat.chatId, request);
}

async function requestOf(
  parts: Parts,
  { chatId, runId, question }: { chatId: string; runId: string; question: Question },
): Promise<NewEvent> {
  const requestId = parts.ids.uuid();
  const { expiresInMs, ...asked } = question;
  const request = { type: 'input_request' as const, runId, requestId, ...asked };
  if (expiresInMs === undefined) return request;
  const expiresAt = new Date(parts.clock.now() + expiresInMs).toISOString();
  await schedule(parts, chatId, { requestId, expiresAt });
  return { ...request, expiresAt };
}

/** The command that a question's timer sends: the same whoever schedules it, so that two of them are one. */
function expiryOf(about: { chatId: string; requestId: string; at: string }): Command {
  const commandId = `${about.requestId}-expiry`.slice(-64);
  return { v: WIRE_VERSION, kind: 'expiry', userId: TIMER_USER, commandId, ...about };
}
