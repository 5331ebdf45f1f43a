import type { ChatHeader } from '@colloquy/contracts';

/**
 * Headers of chats that were written a moment ago, so that a chat in full stream needs no read before each write. They
 * may be stale: the guard of the next write tells.
 */
export class HeaderCache {
  readonly #limit: number;
  readonly #headers = new Map<string, ChatHeader>();

  /** @param limit - how many chats are remembered; the one least recently used goes first */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(chatId: string): ChatHeader | undefined {
    return this.#headers.get(chatId);
  }

  set(header: ChatHeader): void {
    this.#headers.delete(header.chatId);
    this.#headers.set(header.chatId, header);
    if (this.#headers.size <= this.#limit) return;
    for (const oldest of this.#headers.keys()) {
      this.#headers.delete(oldest);
      return;
    }
  }

  delete(chatId: string): void {
    this.#headers.delete(chatId);
  }
}
