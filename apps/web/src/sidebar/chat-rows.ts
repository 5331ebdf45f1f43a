/** How rows of chats come together in the pages of a list. */
import type { ChatPage, ChatRow } from '@colloquy/contracts';

/**
 * The pages with a row where it belongs. Rows come from several gateways: an older one never undoes a newer.
 * @param addNew - whether a row that is in none of the pages is to be shown at all
 */
export function withRow(pages: readonly ChatPage[], row: ChatRow, addNew: boolean): ChatPage[] {
  if (row.deleted === true) return withoutRow(pages, row.chatId);
  const known = pages.flatMap(({ chats }) => chats).find(({ chatId }) => chatId === row.chatId);
  if (known === undefined && !addNew) return [...pages];
  const newer = known !== undefined && known.lastSeq > row.lastSeq ? known : row;
  if (known !== undefined && known.updatedAt === newer.updatedAt) return replaceRow(pages, newer);
  const rest = withoutRow(pages, row.chatId);
  const [first = { chats: [] }, ...others] = rest;
  const chats = [...first.chats, newer].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return [{ ...first, chats }, ...others];
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

/** Each chat once: a page that is fetched later may repeat one that has moved. */
export function uniqueRows(rows: readonly ChatRow[]): ChatRow[] {
  return [...new Map(rows.map((row) => [row.chatId, row])).values()];
}
