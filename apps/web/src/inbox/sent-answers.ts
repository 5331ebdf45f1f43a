/** Answers that were given in the inbox: what became of them is on the log of their chat. */
import type { Api } from '@colloquy/client';
import type { Inbox } from '@colloquy/contracts';
import { answerDraftKey } from '../chat/answer-draft.ts';
import { clearDraft } from '../chat/draft-store.ts';

/** An answer that the server has taken and the log may still refuse. */
export interface SentAnswer {
  readonly chatId: string;
  readonly commandId: string;
  /** `seq` of the chat's newest event that was known when it was sent. */
  readonly since: number;
}

/** Why the log has refused an answer; undefined when it has not, or not yet. @throws ClientError, or the signal's reason */
export async function refusalOf(
  api: Pick<Api, 'listEvents'>,
  { chatId, commandId, since }: SentAnswer,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let after: number | undefined = since; after !== undefined;) {
    const { events, next } = await api.listEvents(chatId, { after, limit: 1000 }, { signal });
    for (const event of events) {
      if (event.type === 'command_rejected' && event.commandId === commandId) return event.message;
    }
    after = next === undefined ? undefined : events.at(-1)?.seq;
  }
  return undefined;
}

const answered = new Set<string>();

/** Remembers that a question was answered here. */
export function noteAnswered(requestId: string): void {
  answered.add(requestId);
}

/** What was being written of questions that were answered here and wait no more is not kept any longer. */
export function forgetAnswered(inbox: Inbox): void {
  const waiting = new Set(inbox.chats.flatMap(({ requests }) => requests).map(({ requestId }) => requestId));
  for (const requestId of answered) {
    if (waiting.has(requestId)) continue;
    answered.delete(requestId);
    clearDraft(answerDraftKey(requestId));
  }
}
