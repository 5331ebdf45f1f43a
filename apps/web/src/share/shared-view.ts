/** What a shared chat looks like: the same view that the owner has, of what the link shows. */
import type { ChatDocument, SharedChat } from '@colloquy/contracts';
import { viewOfDocument, type ChatView } from '@colloquy/transcript';

const ENDS: ReadonlySet<string> = new Set(['run_completed', 'run_failed', 'run_cancelled']);
const NO_USAGE = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, costMicroUsd: 0, modelCalls: 0, byModel: [] };

/** The view of a shared chat. */
export function sharedView(shared: SharedChat): ChatView {
  const { shareId, title, workflow, createdAt, updatedAt, lastSeq, messageCount, messages } = shared;
  const document: ChatDocument = {
    chatId: shareId,
    ownerId: '',
    workflow,
    title,
    status: isRunning(shared) ? 'running' : 'idle',
    pinned: false,
    shareId,
    createdAt,
    updatedAt,
    lastSeq,
    seenSeq: lastSeq,
    cursor: '',
    usage: NO_USAGE,
    pendingRequests: [],
    lastText: '',
    messageCount,
    messages,
  };
  return viewOfDocument(document);
}

/** True while something may still come: a run is going on, or a message waits for one. */
export function isRunning({ messages }: Pick<SharedChat, 'messages'>): boolean {
  const last = messages.findLast(
    (event) =>
      event.type === 'user_message' ||
      (event.type === 'run_started' && event.parentRunId === undefined) ||
      ENDS.has(event.type),
  );
  return last !== undefined && !ENDS.has(last.type);
}
