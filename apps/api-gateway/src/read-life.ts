/** What is true of a chat as a whole, up to its newest event: the store as far as it has got, the log beyond. */
import { ChatNotFoundError } from '@colloquy/access';
import type { ChatEvent, ChatHeader } from '@colloquy/contracts';
import type { GatewayParts } from './ports.ts';
import { epochOf, orError } from './read-chat.ts';

/** Whether a chat is there for its owner, and for whoever has its link. */
export interface ChatLife {
  readonly deleted: boolean;
  /** The id of its read-only link. */
  readonly shareId: string | null;
}

/**
 * Reads it without the messages.
 * @throws ChatNotFoundError when neither log nor store has the chat
 * @throws StoreUnavailableError when the log has nothing of it and the store cannot say
 */
export async function readLife(parts: GatewayParts, chatId: string): Promise<ChatLife> {
  const { value: header, error } = await orError<ChatHeader | undefined>(parts.store.header(chatId));
  const since = await lifeSince(parts, chatId, header);
  if (header === undefined && since === undefined) throw error ?? new ChatNotFoundError(chatId);
  return { deleted: header?.deletedAt !== undefined, shareId: header?.shareId ?? null, ...since };
}

/** What the log says after the header, or from its beginning; undefined when it is empty. */
async function lifeSince(
  parts: GatewayParts,
  chatId: string,
  header: ChatHeader | undefined,
): Promise<Partial<ChatLife> | undefined> {
  const known = header?.position;
  const after = known !== undefined && known.epoch === (await epochOf(parts)) ? known.streamSeq : 0;
  let said: Partial<ChatLife> | undefined;
  for await (const { commit } of parts.messaging.log.read(chatId, { after, complete: true })) {
    const newer = commit.events.filter(({ seq }) => seq > (header?.lastSeq ?? 0));
    said = newer.reduce<Partial<ChatLife>>((life, event) => ({ ...life, ...lifeAfter(event) }), said ?? {});
  }
  return said;
}

function lifeAfter(event: ChatEvent): Partial<ChatLife> {
  switch (event.type) {
    case 'chat_deleted':
      return { deleted: true };
    case 'chat_restored':
      return { deleted: false };
    case 'share_changed':
      return { shareId: event.shareId };
    default:
      return {};
  }
}
