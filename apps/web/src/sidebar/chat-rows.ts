/** How rows of chats come together in the pages of a list. */
import type { ChatPage, ChatRow } from '@colloquy/contracts';
import type { Fit } from './chat-view.ts';

/**
 * The pages with a row where it belongs. Rows come from several gateways: an older one never undoes a newer.
 * @param fit - what becomes of the row in this list
 */
export function withRow(pages: readonly ChatPage[], row: ChatRow, fit: Fit): ChatPage[] {
  const known = pages.flatMap(({ chats }) => chats).find(({ chatId }) => chatId === row.chatId);
  if (known !== undefined && known.lastSeq > row.lastSeq) return [...pages];
  if (row.deleted === true || fit === 'goes') return withoutRow(pages, row.chatId);
  if (known === undefined && fit === 'stays') return [...pages];
  if (known?.updatedAt === row.updatedAt) return replaceRow(pages, row);
  return inserted(withoutRow(pages, row.chatId), row);
}

/** A row that is older than all that is loaded is left to the page that is not. */
function inserted(pages: ChatPage[], row: ChatRow): ChatPage[] {
  if (pages.length === 0) return [{ chats: [row] }];
  const found = pages.findIndex((page) => page.chats.some((other) => byTime(row, other) < 0));
  if (found < 0 && pages.at(-1)?.next !== undefined) return pages;
  const target = found < 0 ? pages.length - 1 : found;
  return pages.map((page, index) => (index === target ? { ...page, chats: [...page.chats, row].sort(byTime) } : page));
}

/** The order of the server: newest first. Instants and ids sort as they are written. */
function byTime(a: ChatRow, b: ChatRow): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1;
  return a.chatId < b.chatId ? 1 : -1;
}

function replaceRow(pages: readonly ChatPage[], row: ChatRow): ChatPage[] {
  return pages.map((page) => ({
    ...page,
    chats: page.chats.map((known) => (known.chatId === row.chatId ? row : known)),
  }));
}

/** The pages without a chat. */
export function withoutRow(pages: readonly ChatPage[], chatId: string): ChatPage[] {
  return pages.map((page) => ({ ...page, chats: page.chats.filter((row) => row.chatId !== chatId) }));
}

/** Each chat once, as it is now, in order: a page that was fetched later may repeat one that has moved. */
export function uniqueRows(rows: readonly ChatRow[]): ChatRow[] {
  const newest = new Map<string, ChatRow>();
  for (const row of rows) {
    const known = newest.get(row.chatId);
    if (known === undefined || known.lastSeq < row.lastSeq) newest.set(row.chatId, row);
  }
  return [...newest.values()].sort(byTime);
}
