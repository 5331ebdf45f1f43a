import type { ChatHeader, SharedChat } from '@colloquy/contracts';
import { ProblemError } from '@colloquy/service';
import type { GatewayParts, Handler } from './ports.ts';
import { readNewestRecord } from './read-chat.ts';
import { readLife } from './read-life.ts';
import { sharedEvents } from './shared-events.ts';

/**
 * GET /v1/shared/:shareId, for whoever has the link. The store finds the chat; the log has the last word on whether the
 * link is still good, however far the store lags. While the log cannot be asked, nothing is shown.
 */
export const getShared: Handler = async (parts, call) => {
  const shareId = call.params['shareId'] ?? '';
  const found = await chatOfLink(parts, shareId);
  const { title, workflow, createdAt, updatedAt, lastSeq, messageCount, messages } = await readNewestRecord(
    parts,
    found.chatId,
  );
  const chat = { shareId, title, workflow, createdAt, updatedAt, lastSeq, messageCount };
  const body: SharedChat = { ...chat, messages: sharedEvents(messages) };
  // A link that is passed on is not to be found by those who were not given it.
  return { body, headers: { 'x-robots-tag': 'noindex' } };
};

/** The chat that this link is still good for. @throws ProblemError 404 */
export async function chatOfLink(parts: GatewayParts, shareId: string): Promise<ChatHeader> {
  const found = await parts.store.shared(shareId);
  if (found === undefined) throw noLink();
  const life = await readLife(parts, found.chatId);
  if (life.deleted || life.shareId !== shareId) throw noLink();
  return found;
}

function noLink(): ProblemError {
  return new ProblemError({
    status: 404,
    code: 'link_not_found',
    title: 'No such link',
    detail: 'There is no chat with this link. It may have been withdrawn.',
  });
}
