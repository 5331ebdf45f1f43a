import { MAX_UNREAD, type ChatHeader, type MarkSeenBody } from '@colloquy/contracts';
import type { Handler } from './ports.ts';
import { publishCommand, type CommandBody } from './publish-command.ts';
import { orError } from './read-chat.ts';
import { withinTime } from './within.ts';

/** How long the store is asked whether there is anything to mark, in ms; without its word the engine decides. */
const HEADER_MS = 1000;

/**
 * POST /v1/chats/:chatId/seen. A mark that says nothing new is answered and put nowhere: neither on the queue, as far as
 * the store can tell, nor on the log.
 */
export const markSeen: Handler = async (parts, call) => {
  const { upToSeq } = call.body as MarkSeenBody;
  const chatId = call.params['chatId'] ?? '';
  await parts.access.check(call.identity, chatId);
  const found = await withinTime(parts.clock, HEADER_MS, orError(parts.store.header(chatId)));
  const header = found?.value;
  if (header !== undefined && upToSeq <= header.lastSeq && !isNews(header, upToSeq)) {
    return { body: { commandId: parts.ids.uuid() } };
  }
  return publishCommand(parts, call, { body: (): CommandBody => ({ kind: 'seen', upToSeq }) });
};

/** Whether a mark passes anything that was not seen; of a long list the header knows the newest only. */
function isNews({ unread = [], seenSeq = 0 }: ChatHeader, upToSeq: number): boolean {
  return upToSeq > seenSeq && (unread.length >= MAX_UNREAD || unread.some((seq) => seq <= upToSeq));
}
