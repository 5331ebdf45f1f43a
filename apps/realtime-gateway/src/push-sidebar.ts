import {
  messageAttributes,
  noTracer,
  spanOf,
  type ChatRow,
  type Clock,
  type Span,
  type Tracer,
} from '@colloquy/contracts';
import type { LiveFeed, Subscription } from '@colloquy/messaging';
import type { Log } from './ports.ts';

/** Name of the room of a user. */
export const userRoomOf = (ownerKey: string): string => `user ${ownerKey}`;

/** A subscription that could not be made is tried again after this long, in ms. */
const RETRY_MS = 1000;

/** What sidebars are made of. */
export interface SidebarParts {
  readonly live: Pick<LiveFeed, 'subscribeUser'>;
  readonly clock: Clock;
  readonly logger: Log;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer;
  readonly send: (ownerKey: string, row: ChatRow) => void;
}

interface User {
  devices: number;
  readonly gone: AbortController;
}

/** One subscription a user and gateway, shared by the user's devices: what changes in the sidebar. */
export class Sidebars {
  readonly #parts: SidebarParts;
  readonly #users = new Map<string, User>();

  constructor(parts: SidebarParts) {
    this.#parts = parts;
  }

  /** How many users have a device here. */
  get size(): number {
    return this.#users.size;
  }

  /** A device of the user is here. */
  add(ownerKey: string): void {
    const known = this.#users.get(ownerKey);
    if (known) {
      known.devices += 1;
      return;
    }
    const user: User = { devices: 1, gone: new AbortController() };
    this.#users.set(ownerKey, user);
    void this.#listen(ownerKey, user.gone.signal);
  }

  /** A device of the user is gone. */
  remove(ownerKey: string): void {
    const user = this.#users.get(ownerKey);
    if (!user) return;
    user.devices -= 1;
    if (user.devices > 0) return;
    this.#users.delete(ownerKey);
    user.gone.abort();
  }

  /** Never rejects: a client is served without its sidebar rather than not at all. */
  async #listen(ownerKey: string, gone: AbortSignal): Promise<void> {
    const { live, clock, logger, send, tracer = noTracer } = this.#parts;
    while (!gone.aborted) {
      try {
        const subscription = await live.subscribeUser(ownerKey, (row, traceparent) => {
          if (gone.aborted) return;
          const span = traceparent === undefined ? undefined : spanOfRow(tracer, row, traceparent);
          send(ownerKey, row);
          span?.end();
        });
        await closeWhen(gone, subscription);
      } catch (error) {
        logger.warn({ err: error }, 'a sidebar could not be subscribed to; trying again');
        await clock.sleep(RETRY_MS, gone).catch(() => undefined);
      }
    }
  }
}

function spanOfRow(tracer: Tracer, { chatId }: ChatRow, parent: string): Span {
  const attributes = { ...messageAttributes('live.user.{ownerKey}', 'process'), 'colloquy.chat.id': chatId };
  return tracer.start({ ...spanOf('push live.user.{ownerKey}'), parent, attributes });
}

async function closeWhen(gone: AbortSignal, subscription: Subscription): Promise<void> {
  if (!gone.aborted)
    await new Promise<void>((resolve) => gone.addEventListener('abort', () => resolve(), { once: true }));
  await subscription.close();
}
