import { publicEvent, type ChatEvent, type ChatRecord } from '@colloquy/contracts';
import { StoreUnavailableError } from '@colloquy/store';
import { recordOfLog, type PlacedCommit } from '@colloquy/transcript';
import { ChatNotFoundError } from '@colloquy/access';
import type { GatewayParts } from './ports.ts';

/**
 * A chat's record: from the store, or, before persistence has it or while the database is down, a fold of its log.
 * @throws ChatNotFoundError when neither has it
 */
export async function readRecord(parts: GatewayParts, chatId: string): Promise<ChatRecord> {
  const stored = await fromStore(parts, chatId);
  if (stored.record) return stored.record;
  const commits: PlacedCommit[] = [];
  const epoch = await parts.messaging.log.epoch();
  for await (const { commit, streamSeq } of parts.messaging.log.read(chatId, { after: 0 })) {
    commits.push({ epoch, streamSeq, commit });
  }
  const oldest = commits.find(({ commit }) => commit.events.length > 0)?.commit.events[0];
  const folded = oldest?.seq === 1 ? recordOfLog(commits, publicEvent) : undefined;
  if (folded) return folded;
  // The beginning has aged out of the log, and only the store has it.
  if (stored.error) throw stored.error;
  throw new ChatNotFoundError(chatId);
}

async function fromStore(
  parts: GatewayParts,
  chatId: string,
): Promise<{ record?: ChatRecord | undefined; error?: StoreUnavailableError }> {
  try {
    return { record: await parts.store.chat(chatId) };
  } catch (error) {
    if (error instanceof StoreUnavailableError) return { error };
    throw error;
  }
}

/**
 * Events of a chat after `after`, in order, public fields only: from the store as far as it has them, the rest from
 * the log, so that what was said a moment ago is there too.
 */
export async function readEvents(
  parts: GatewayParts,
  chatId: string,
  page: { after: number; limit: number },
): Promise<ChatEvent[]> {
  const stored = await storedEvents(parts, chatId, page);
  const events = stored.events.slice(0, page.limit);
  let last = events.at(-1)?.seq ?? page.after;
  if (events.length < page.limit) {
    for await (const { commit } of parts.messaging.log.read(chatId, { after: 0 })) {
      for (const event of commit.events) {
        if (event.seq !== last + 1 || events.length >= page.limit) continue;
        events.push(event);
        last = event.seq;
      }
    }
  }
  if (events.length === 0 && stored.error) throw stored.error;
  return events.map(publicEvent);
}

async function storedEvents(
  parts: GatewayParts,
  chatId: string,
  page: { after: number; limit: number },
): Promise<{ events: ChatEvent[]; error?: StoreUnavailableError }> {
  try {
    return { events: contiguous(await parts.store.events(chatId, page), page.after) };
  } catch (error) {
    if (error instanceof StoreUnavailableError) return { events: [], error };
    throw error;
  }
}

/** What of `events` follows `after` without a hole: inserts of one batch may become visible out of order. */
function contiguous(events: readonly ChatEvent[], after: number): ChatEvent[] {
  const hole = events.findIndex((event, index) => event.seq !== after + 1 + index);
  return hole === -1 ? [...events] : events.slice(0, hole);
}
