import type { ChatRow } from '@colloquy/contracts';

/** Why somebody who looks elsewhere is told of a chat. */
export type Notice = 'needsYou' | 'failed' | 'finished';

/**
 * What a row tells that the one before did not. A chat of which nothing was known tells nothing: it may have been so for
 * long. That a run has ended is told when it left something that was not seen: a run that was stopped before it said
 * anything, or that was watched elsewhere, did not. Who has stopped a run knows it.
 */
export function noticeOf(before: ChatRow | undefined, after: ChatRow): Notice | undefined {
  if (before === undefined || after.deleted === true || after.lastSeq <= before.lastSeq) return undefined;
  if (after.pendingRequests > before.pendingRequests) return 'needsYou';
  if (before.status === 'idle' || after.status !== 'idle') return undefined;
  if (after.unread === undefined || after.cancelled === true) return undefined;
  return after.failed === true ? 'failed' : 'finished';
}
