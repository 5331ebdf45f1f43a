/**
 * Who may see and change a chat. Invariants (the tests name them):
 * O1  Only the owner in `chat_created`, of the same tenant. Everybody else is told that there is no such chat.
 * O2  A chat is its owner's from the moment of its 202, with the database down too.
 * O3  With the broker down it can still be read from the database.
 * O4  An owner never changes: what was found is kept, and asked for once however many ask. That there is none is told
 *     only to those who asked before it was looked up.
 * O5  But a chat may be erased: what is kept is asked for again after ten minutes; while nobody can tell, it holds.
 */
import type { Clock } from '@colloquy/contracts';
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
const KEPT_MS = 10 * 60 * 1000;

interface Known {
  readonly owner: ChatOwner;
  /** When it was found; by the monotonic clock. */
  readonly at: number;
}

/** What the owner check reads. */
export interface AccessParts {
  readonly log: Pick<ChatLogReader, 'read'>;
  readonly store: Pick<ChatReader, 'header'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** The one place where it is decided whether somebody may see or change a chat. */
export class ChatAccess {
  readonly #parts: AccessParts;
  readonly #known = new Map<string, Known>();
  readonly #asked = new Map<string, Promise<ChatOwner | undefined>>();

  constructor(parts: AccessParts) {
    this.#parts = parts;
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
    const now = this.#parts.clock.monotonic();
    if (known && now - known.at < KEPT_MS) return known.owner;
    const asked = this.#askWithOthers(chatId);
    return known ? asked.catch(() => known.owner) : asked;
  }

  async #askWithOthers(chatId: string): Promise<ChatOwner | undefined> {
    const earlier = this.#asked.get(chatId);
    if (earlier === undefined) return this.#ask(chatId);
    // That there is none may have been read before a 202 that our caller has. Whoever asks next began after our call.
    return (await earlier) ?? this.#asked.get(chatId) ?? this.#ask(chatId);
  }

  #ask(chatId: string): Promise<ChatOwner | undefined> {
    const asked = this.#find(chatId).finally(() => this.#asked.delete(chatId));
    this.#asked.set(chatId, asked);
    return asked;
  }

  async #find(chatId: string): Promise<ChatOwner | undefined> {
    const found = await this.#fromLog(chatId).then(
      (owner) => owner ?? this.#fromStore(chatId),
      (error: unknown) => this.#withoutLog(chatId, error),
    );
    this.#known.delete(chatId);
    if (found) this.#remember(chatId, found);
    return found;
  }

  /** The log cannot be read; that the store has no such chat yet proves nothing then. */
  async #withoutLog(chatId: string, error: unknown): Promise<ChatOwner> {
    const stored = await this.#fromStore(chatId).catch(() => undefined);
    if (stored) return stored;
    throw error;
  }

  async #fromLog(chatId: string): Promise<ChatOwner | undefined> {
    // Complete: to a replica that lags a chat that was accepted just now is not there yet.
    for await (const { commit } of this.#parts.log.read(chatId, { after: 0, complete: true })) {
      const first = commit.events[0];
      // Of an aged-out log the beginning is gone: the store knows.
      return first?.type === 'chat_created' ? ownerFrom(first) : undefined;
    }
    return undefined;
  }

  async #fromStore(chatId: string): Promise<ChatOwner | undefined> {
    const header = await this.#parts.store.header(chatId);
    return header ? ownerFrom(header) : undefined;
  }

  #remember(chatId: string, owner: ChatOwner): void {
    if (this.#known.size >= CACHED) {
      const oldest = this.#known.keys().next();
      if (!oldest.done) this.#known.delete(oldest.value);
    }
    this.#known.set(chatId, { owner, at: this.#parts.clock.monotonic() });
  }
}

function ownerFrom(of: { ownerId: string; tenantId?: string | undefined }): ChatOwner {
  return { ownerId: of.ownerId, ...(of.tenantId === undefined ? {} : { tenantId: of.tenantId }) };
}
