import type { ChatLogReader } from '@colloquy/messaging';
import type { ChatReader } from '@colloquy/store';
import type { Identity } from './identity.ts';

/** Whose a chat is. */
export interface ChatOwner {
  readonly ownerId: string;
  readonly tenantId?: string;
}

/** There is no such chat, or it is someone else's: nobody learns which. */
export class ChatNotFoundError extends Error {
  override readonly name = 'ChatNotFoundError';
  constructor(chatId: string) {
    super(`There is no chat ${chatId}, or it is not yours.`);
  }
}

const CACHED = 10_000;

/**
 * The one place where it is decided whether somebody may see or change a chat. An owner never changes, so what was
 * found is kept.
 */
export class ChatAccess {
  readonly #log: ChatLogReader;
  readonly #store: Pick<ChatReader, 'chat'>;
  readonly #known = new Map<string, ChatOwner>();

  constructor(parts: { log: ChatLogReader; store: Pick<ChatReader, 'chat'> }) {
    this.#log = parts.log;
    this.#store = parts.store;
  }

  /**
   * Passes when the chat is the caller's.
   * @throws ChatNotFoundError otherwise; what the log or the store throws when neither can tell
   */
  async check(identity: Identity, chatId: string): Promise<void> {
    const owner = await this.ownerOf(chatId);
    const theirs = owner?.ownerId === identity.userId && owner.tenantId === identity.tenantId;
    if (!theirs) throw new ChatNotFoundError(chatId);
  }

  /** Whose the chat is; undefined when there is none. */
  async ownerOf(chatId: string): Promise<ChatOwner | undefined> {
    const known = this.#known.get(chatId);
    if (known) return known;
    const found = (await this.#fromLog(chatId)) ?? (await this.#fromStore(chatId));
    if (found) this.#remember(chatId, found);
    return found;
  }

  async #fromLog(chatId: string): Promise<ChatOwner | undefined> {
    for await (const { commit } of this.#log.read(chatId, { after: 0 })) {
      const first = commit.events[0];
      if (first?.type !== 'chat_created') return undefined;
      return ownerFrom(first);
    }
    return undefined;
  }

  async #fromStore(chatId: string): Promise<ChatOwner | undefined> {
    const record = await this.#store.chat(chatId);
    return record ? ownerFrom(record) : undefined;
  }

  #remember(chatId: string, owner: ChatOwner): void {
    if (this.#known.size >= CACHED) {
      const oldest = this.#known.keys().next();
      if (!oldest.done) this.#known.delete(oldest.value);
    }
    this.#known.set(chatId, owner);
  }
}

function ownerFrom(of: { ownerId: string; tenantId?: string | undefined }): ChatOwner {
  return { ownerId: of.ownerId, ...(of.tenantId === undefined ? {} : { tenantId: of.tenantId }) };
}
