/** Which chats a list shows. */
import type { ChatFilter } from '@colloquy/client';
import type { ChatRow } from '@colloquy/contracts';

/** What a person may look for with one press. */
export const LIST_FILTERS = ['all', 'running', 'needsYou', 'unread'] as const;

/** What a person may look for with one press. */
export type ListFilter = (typeof LIST_FILTERS)[number];

/** A list of chats: those of a filter, with these words; `pinned` is the list on top of all. */
export interface ListView {
  readonly filter: ListFilter | 'pinned';
  readonly q: string;
}

/** What becomes of a row that has changed: it belongs on the list, it stays if it is there, or it goes. */
export type Fit = 'belongs' | 'stays' | 'goes';

/** What becomes of a changed row in a list. Who searches keeps what was found, also when it has a new name since. */
export function fitOf({ filter, q }: ListView, row: ChatRow): Fit {
  if (!passes(filter, row)) return 'goes';
  const needle = q.toLowerCase();
  return [row.title, row.lastText].some((text) => text.toLowerCase().includes(needle)) ? 'belongs' : 'stays';
}

function passes(filter: ListView['filter'], row: ChatRow): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'pinned':
      return row.pinned;
    case 'running':
      return row.status === 'running';
    case 'needsYou':
      return row.pendingRequests > 0;
    case 'unread':
      return (row.unread ?? 0) > 0;
  }
}

/** What the server's list of chats is asked for; `needsYou` is a list of its own there. */
export function callFilter({ filter, q }: ListView): ChatFilter {
  return {
    ...(q === '' ? {} : { q }),
    ...(filter === 'running' ? { status: filter } : {}),
    ...(filter === 'pinned' ? { pinned: true as const, limit: 100 } : {}),
    ...(filter === 'unread' ? { unread: true as const } : {}),
  };
}
