import type { RunningChat } from './running-chat.ts';

/** The chats that this process runs, and those that it is about to. */
export class RunningChats {
  readonly #chats = new Map<string, RunningChat>();
  readonly #claiming = new Set<string>();
  readonly #waiters = new Set<() => void>();

  /** Runs and claims in progress: what counts against `maxRuns`. */
  get size(): number {
    return this.#chats.size + this.#claiming.size;
  }

  get(chatId: string): RunningChat | undefined {
    return this.#chats.get(chatId);
  }

  all(): readonly RunningChat[] {
    return [...this.#chats.values()];
  }

  /** Reserves the chat for one claim; false when it is claimed or run here already. */
  reserve(chatId: string): boolean {
    if (this.#chats.has(chatId) || this.#claiming.has(chatId)) return false;
    this.#claiming.add(chatId);
    return true;
  }

  /** The claim in progress became a run. */
  add(chat: RunningChat): void {
    this.#claiming.delete(chat.chatId);
    this.#chats.set(chat.chatId, chat);
  }

  /** The claim or the run is over. */
  remove(chatId: string): void {
    this.#claiming.delete(chatId);
    this.#chats.delete(chatId);
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  /** Resolves when the next run or claim is over. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.add(resolve));
  }
}
