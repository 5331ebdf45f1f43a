import type { ChatRow, Inbox } from '@colloquy/contracts';

/** Whether a row that changed says that other questions wait than those that are known. */
export function touchesInbox(inbox: Inbox | undefined, row: ChatRow): boolean {
  const known = inbox?.chats.find(({ chatId }) => chatId === row.chatId);
  if (known === undefined) return row.pendingRequests > 0 && row.deleted !== true;
  if (known.lastSeq > row.lastSeq) return false;
  return row.deleted === true || known.title !== row.title || known.lastSeq !== row.lastSeq;
}

/** How many questions wait. */
export function countOf(inbox: Inbox | undefined): number {
  return (inbox?.chats ?? []).reduce((sum, { requests }) => sum + requests.length, 0);
}
