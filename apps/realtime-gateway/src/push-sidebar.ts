import type { ChatRow } from '@colloquy/contracts';
import type { LiveFeed, Subscription } from '@colloquy/messaging';

/** Name of the room of a user. */
export const userRoomOf = (ownerKey: string): string => `user ${ownerKey}`;

/** One subscription a user and gateway, shared by the user's devices: what changes in the sidebar. */
export class Sidebars {
  readonly #live: LiveFeed;
  readonly #send: (ownerKey: string, row: ChatRow) => void;
  readonly #users = new Map<string, { count: number; subscription: Promise<Subscription> }>();

  constructor(parts: { live: LiveFeed; send: (ownerKey: string, row: ChatRow) => void }) {
    this.#live = parts.live;
    this.#send = parts.send;
  }

  /** A device of the user is here. */
  async add(ownerKey: string): Promise<void> {
    const user = this.#users.get(ownerKey) ?? {
      count: 0,
      subscription: this.#live.subscribeUser(ownerKey, (row) => this.#send(ownerKey, row)),
    };
    user.count += 1;
    this.#users.set(ownerKey, user);
    await user.subscription;
  }

  /** A device of the user is gone. */
  async remove(ownerKey: string): Promise<void> {
    const user = this.#users.get(ownerKey);
    if (!user) return;
    user.count -= 1;
    if (user.count > 0) return;
    this.#users.delete(ownerKey);
    await (await user.subscription).close();
  }
}
