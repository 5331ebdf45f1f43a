import type { ChatRow } from '@colloquy/contracts';

/** What a chat is called: its title, or what was said last while it has none, or the name of those without both. */
export function titleOf(row: Pick<ChatRow, 'title' | 'lastText'>, untitled: string): string {
  if (row.title !== '') return row.title;
  return row.lastText === '' ? untitled : row.lastText;
}
