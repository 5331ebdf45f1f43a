import type { ChatRow } from '@colloquy/contracts';
import type { ChatView } from '@colloquy/transcript';

/** The line of the list that an open chat has: the list may not have loaded it. */
export function rowOfView(chat: ChatView): ChatRow {
  const last = lastSaid(chat);
  return {
    chatId: chat.chatId,
    title: chat.title,
    workflow: chat.workflow,
    status: chat.status,
    pinned: chat.pinned,
    pendingRequests: chat.pendingRequests.length,
    lastText: last?.text.slice(0, 200) ?? '',
    costMicroUsd: chat.usage.costMicroUsd,
    updatedAt: last?.at ?? new Date().toISOString(),
    lastSeq: chat.lastSeq,
    ...(chat.shareId === null ? {} : { shared: true }),
    ...(chat.lastRun?.status === 'failed' ? { failed: true } : {}),
    ...(chat.lastRun?.status === 'cancelled' ? { cancelled: true } : {}),
  };
}

function lastSaid({ entries }: ChatView): { readonly text: string; readonly at: string } | undefined {
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries.at(index);
    if (entry?.kind === 'user' || entry?.kind === 'agent') return entry;
  }
  return undefined;
}
