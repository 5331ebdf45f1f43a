/**
 * Erases chats that were deleted and not restored in time. Invariants (the tests name them):
 * E1 Nothing is erased that may still be restored: the undo time and a margin for clocks have passed, no command of the
 *    chat waits to be recorded, and the log holds no event that the document lacks.
 * E2 The log is erased up to what was looked at: a commit that comes meanwhile stays, to be projected or forgotten.
 * E3 The log goes first, then the files that no other chat has, then the document, then the events: an erasure that breaks
 *    off anywhere is found by what is left, the document or a tombstone that says so, and made again, by whichever
 *    instance. Whose the files are only the document tells.
 */
import { UNDO_DELETE_MS, type ChatHeader } from '@colloquy/contracts';
import type { ChatLogReader, Subscription } from '@colloquy/messaging';
import type { EraserParts } from './ports.ts';

const EVERY_MS = 60_000;
/** A restore that was taken in time may have been stamped by a clock that is behind, and takes a moment to be stored. */
const MARGIN_MS = 30_000;
/** So many chats are erased in one go; the rest waits for the next. */
const MOST = 200;

/** Looks every minute, until it is closed; `close` lets the erasure in hand finish. */
export function eraseDeleted(parts: EraserParts): Subscription {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      await parts.clock.sleep(EVERY_MS * jitter(parts), signal).catch(() => undefined);
      if (signal.aborted) return;
      await eraseOnce(parts, signal).catch((error: unknown) => {
        parts.logger.warn({ err: error }, 'deleted chats could not be erased now; trying again in a minute');
      });
    }
  })();
  return {
    close: async () => {
      stopping.abort(new Error('the eraser was closed'));
      await running;
    },
  };
}

/** Between 0.75 and 1.25, so that instances do not look all at once. */
function jitter({ ids }: EraserParts): number {
  const [byte = 0] = Buffer.from(ids.random(1), 'base64url');
  return 0.75 + byte / 512;
}

async function eraseOnce(parts: EraserParts, signal: AbortSignal): Promise<void> {
  for (const chatId of await parts.store.halfErased(MOST)) {
    if (signal.aborted) return;
    await eraseDocuments(parts, chatId);
  }
  const before = parts.clock.now() - UNDO_DELETE_MS - MARGIN_MS;
  for (const header of await parts.store.deleted({ before, limit: MOST })) {
    if (signal.aborted) return;
    await eraseChat(parts, header);
  }
}

async function eraseChat(parts: EraserParts, header: ChatHeader): Promise<void> {
  const { messaging, logger } = parts;
  const { chatId } = header;
  const end =
    (await messaging.commands.oldest(chatId)) === undefined ? await endOfLog(messaging.log, header) : undefined;
  if (end === undefined) {
    logger.info({ chatId }, 'a deleted chat has news; it is looked at again before it is erased');
    return;
  }
  await messaging.log.erase(chatId, end);
  await parts.files?.release({ ownerId: header.ownerId, tenantId: header.tenantId }, chatId);
  await eraseDocuments(parts, chatId);
}

async function eraseDocuments({ store, headers, logger, meters }: EraserParts, chatId: string): Promise<void> {
  await store.erase(chatId);
  headers.delete(chatId);
  meters.erased();
  logger.info({ chatId }, 'a deleted chat was erased');
}

/** Stream sequence of the chat's last commit; undefined when the log holds an event that the header lacks. */
async function endOfLog(log: ChatLogReader, { chatId, lastSeq, position }: ChatHeader): Promise<number | undefined> {
  let end = position.epoch === (await log.epoch()) ? position.streamSeq : 0;
  for await (const { commit, streamSeq } of log.read(chatId, { after: end, complete: true })) {
    if (commit.events.some(({ seq }) => seq > lastSeq)) return undefined;
    end = streamSeq;
  }
  return end;
}
