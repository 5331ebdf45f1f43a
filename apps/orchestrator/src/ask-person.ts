import type { NewEvent } from '@colloquy/contracts';
import { stepOf, type Question } from '@colloquy/engine';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';
import { setDueTimers, setTimers } from './set-timers.ts';

type Parts = Pick<OrchestratorParts, 'messaging' | 'clock' | 'ids'>;

/**
 * Puts the questions of a run to a person on the log. The timer of one that expires is on disk before the question is (T1).
 * @throws FencedError when somebody else owns the chat
 */
export async function askPerson(parts: Parts, chat: RunningChat, runId: string): Promise<void> {
  await chat.change(async (state) => {
    const step = stepOf(state, chat.workflow, runId);
    if (step?.kind !== 'ask_person') return undefined;
    const events: NewEvent[] = [];
    for (const question of step.questions)
      events.push(await requestOf(parts, { chatId: chat.chatId, runId, question }));
    return { events };
  });
  await setDueTimers(parts, chat.chatId, chat.state);
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
  await setTimers(parts, chatId, [{ id: requestId, kind: 'expiry', at: expiresAt }]);
  return { ...request, expiresAt };
}
