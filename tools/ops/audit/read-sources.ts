import type { ChatEvent } from '@colloquy/contracts';
import type { ChatLogReader } from '@colloquy/messaging';
import type { ChatReader } from '@colloquy/store';
import type { ChatSources, LoggedCommit } from './sources.ts';

/** Events are read so many at a time. */
const PAGE = 500;

/** Where the copies are. */
export interface AuditParts {
  readonly log: Pick<ChatLogReader, 'epoch' | 'read'>;
  readonly store: Pick<ChatReader, 'chat' | 'events' | 'isErased'>;
  /** Asks the API as the chat's owner; left out when the API is not to be asked. */
  readonly api?: (chat: {
    chatId: string;
    ownerId: string;
    tenantId?: string | undefined;
  }) => Promise<NonNullable<ChatSources['api']>>;
}

/**
 * Reads every copy of a chat, the log last, so that what the others have is on it.
 * @throws what the log, the store or the API throws when it does not answer
 */
export async function readSources(parts: AuditParts, chatId: string): Promise<ChatSources> {
  const { log, store } = parts;
  const document = await store.chat(chatId);
  const stored = await storedEvents(store, chatId);
  const api = document === undefined || parts.api === undefined ? undefined : await parts.api(document);
  const epoch = await log.epoch();
  const logged = await eventsOnLog(log, chatId);
  return { chatId, epoch, log: logged, stored, document, ...(api === undefined ? {} : { api }) };
}

/** All events of a chat that MongoDB has. */
export async function storedEvents(store: Pick<ChatReader, 'events'>, chatId: string): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  for (;;) {
    const page = await store.events(chatId, { after: events.at(-1)?.seq ?? 0, limit: PAGE });
    events.push(...page);
    if (page.length < PAGE) return events;
  }
}

/** The commits of a chat that hold events, without their deltas. */
export async function eventsOnLog(log: Pick<ChatLogReader, 'read'>, chatId: string): Promise<readonly LoggedCommit[]> {
  const commits: LoggedCommit[] = [];
  for await (const { commit, streamSeq } of log.read(chatId, { after: 0, complete: true })) {
    if (commit.events.length > 0) commits.push({ streamSeq, commit: { events: commit.events } });
  }
  return commits;
}
