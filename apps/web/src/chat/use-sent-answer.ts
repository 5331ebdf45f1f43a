'use client';

import type { OutboxItem } from '@colloquy/client';
import type { RejectedEntry } from '@colloquy/transcript';
import { useScreen } from './chat-store.ts';

/** The newest `seq` of a chat when a question of it was last answered here: what was refused since then may be that answer. */
const answeredAt = new Map<string, number>();

const REFUSALS: ReadonlySet<string> = new Set(['invalid_value', 'request_not_pending']);

/** The answer to a question that was given here and is not on the log yet. */
export function useSentAnswer(requestId: string): OutboxItem | undefined {
  return useScreen(({ outbox }) =>
    outbox.find(({ command }) => command.kind === 'input' && command.requestId === requestId),
  );
}

/** Remembers that a question is being answered here. */
export function noteAnswer(requestId: string, lastSeq: number): void {
  answeredAt.set(requestId, lastSeq);
}

/** Why the log has refused the answer that was given here, while the question still waits. */
export function useRefusal(requestId: string): RejectedEntry | undefined {
  return useScreen(({ chat }) => {
    const since = answeredAt.get(requestId);
    if (since === undefined) return undefined;
    for (let index = chat.entries.length - 1; index >= 0; index--) {
      const entry = chat.entries.at(index);
      if (entry === undefined || entry.seq <= since) return undefined;
      if (entry.kind === 'rejected' && REFUSALS.has(entry.code)) return entry;
    }
    return undefined;
  });
}
