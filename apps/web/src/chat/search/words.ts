'use client';

import { defineWords, type Translated } from '../../i18n/define-words.ts';

const english = {
  label: 'Search in this chat',
  placeholder: 'Search in this chat',
  count: (index: number, total: number) => `${String(index)} of ${String(total)}`,
  none: 'Nothing found',
  searching: 'Searching …',
  previous: 'Previous (Shift+Enter)',
  next: 'Next (Enter)',
  close: 'Close the search (Esc)',
  earlier: (count: number) =>
    count === 1 ? 'Also search 1 earlier event' : `Also search ${String(count)} earlier events`,
  loadingEarlier: 'Loading what came before …',
  earlierFailed: 'What came before cannot be loaded.',
  found: (total: number) => (total === 1 ? 'Found once' : `Found ${String(total)} times`),
} as const;

/** The words of the search in a chat. */
export type SearchWords = Translated<typeof english>;

/** The words of the search in a chat. */
export const useSearchWords = defineWords(english, { de: () => import('./words.de.ts') });
