import { isLapsed, lastWanted } from './file-record.ts';
import type { SweepOptions } from './ports.ts';
import type { ReadRecord, RecordBook } from './record-book.ts';

/** So long a file may wait for the message that it is given with. */
export const LOOSE_MS = 24 * 60 * 60 * 1000;

/**
 * Looks at every record and erases what nobody will miss; how many. What it has read it writes on, and on nothing newer:
 * a message that names the file meanwhile has written too, and keeps it.
 */
export async function sweepRecords(book: RecordBook, { now, names, signal }: SweepOptions & { now: number }) {
  let gone = 0;
  for await (const read of book.list()) {
    if (signal?.aborted === true) return gone;
    const erased = isOver(read, now) ? await book.take(read) : await takeUnnamed(book, read, { now, names });
    if (erased) gone += 1;
  }
  return gone;
}

function isOver({ record }: ReadRecord, now: number): boolean {
  if (record.state === 'here') return record.chats.length === 0 && now - lastWanted(record) > LOOSE_MS;
  return record.state === 'going' || isLapsed(record, now);
}

/** A chat was to have it, but perhaps no message of it came of that; each chat is asked for once. */
async function takeUnnamed(
  book: RecordBook,
  read: ReadRecord,
  { now, names }: Pick<SweepOptions, 'names'> & { readonly now: number },
): Promise<boolean> {
  const { record } = read;
  const { unsure = [], fileId } = record;
  if (record.state !== 'here' || unsure.length === 0 || now - lastWanted(record) <= LOOSE_MS) return false;
  const unnamed = new Set<string>();
  for (const chatId of unsure) {
    const named = await names(chatId, fileId);
    if (named === 'later') return false;
    if (!named) unnamed.add(chatId);
  }
  const chats = record.chats.filter((chatId) => !unnamed.has(chatId));
  const looked = { ...read, record: { ...record, chats, unsure: [] } };
  if (chats.length === 0) return book.take(looked);
  await book.write(looked);
  return false;
}
