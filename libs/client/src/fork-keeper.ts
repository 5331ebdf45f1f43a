/**
 * Forks, each with one key from the first attempt until it is answered, over reloads: the new chat's id follows from the
 * key, so a repeated fork finds the chat that the first attempt has made.
 */
import type { ChatAccepted, Clock, ForkChatBody, Ids } from '@colloquy/contracts';
import { ApiError } from './api-error.ts';
import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import { ClientError } from './client-error.ts';
import type { KeyValueStorage } from './outbox-item.ts';

const RETRY = { firstMs: 500, maxMs: 8_000 };
/** So often is one call tried before a person is asked; about half a minute. */
const ATTEMPTS = 8;
/** The longest that a server may have us wait, in ms. */
const LONGEST_ASKED_MS = 30_000;
/** After this long, in ms, who asks for the same fork wants another one. */
const KEPT_MS = 24 * 3_600_000;
const PREFIX = 'colloquy.fork.';

/** How a fork is asked for. */
export interface ForkOptions {
  /** Ends the waiting; what is on its way may still happen, and the next call for the same fork finds it. */
  readonly signal?: AbortSignal;
  /** Told before each attempt but the first: how many there were, and what became of the last. */
  readonly onRetry?: (attempts: number, error: ClientError) => void;
}

/** What forks are made with. */
export interface ForkParts {
  readonly api: Pick<Api, 'forkChat'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly storage: KeyValueStorage | undefined;
}

interface Kept {
  readonly key: string;
  readonly message?: string;
  readonly at: number;
}

/** Makes forks. */
export class ForkKeeper {
  readonly #parts: ForkParts;
  /** Without a storage they are kept here. */
  readonly #memory = new Map<string, Kept>();
  readonly #making = new Map<string, Promise<ChatAccepted>>();

  constructor(parts: ForkParts) {
    this.#parts = parts;
  }

  /** Makes a fork, or joins the one that is being made. Rejects with ClientError, or the reason of the signal. */
  fork(chatId: string, body: ForkChatBody, options: ForkOptions = {}): Promise<ChatAccepted> {
    const wanted = JSON.stringify([chatId, body.atSeq, body.message]);
    const known = this.#making.get(wanted);
    if (known !== undefined) return known;
    const making = this.#make(chatId, body, options).finally(() => this.#making.delete(wanted));
    this.#making.set(wanted, making);
    return making;
  }

  async #make(chatId: string, body: ForkChatBody, { signal, onRetry }: ForkOptions): Promise<ChatAccepted> {
    const { api, clock, ids } = this.#parts;
    const name = `${PREFIX}${chatId}.${String(body.atSeq)}`;
    const key = this.#keyOf(name, body.message);
    const options = { key, ...(signal === undefined ? {} : { signal }) };
    for (let attempt = 1; ; attempt++) {
      try {
        const accepted = await api.forkChat(chatId, body, options);
        this.#forget(name);
        return accepted;
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof ClientError) || !error.retryable) {
          this.#forget(name);
          throw error;
        }
        if (attempt === ATTEMPTS) throw error;
        await clock.sleep(Math.max(backoffMs(ids, attempt, RETRY), askedMs(error)), signal);
        onRetry?.(attempt, error);
      }
    }
  }

  /** The key of the fork that is asked for again, or a new one. */
  #keyOf(name: string, message: string | undefined): string {
    const { clock, ids } = this.#parts;
    const kept = this.#kept(name);
    if (kept !== undefined && kept.message === message && clock.now() - kept.at < KEPT_MS) return kept.key;
    const fresh: Kept = { key: ids.uuid(), at: clock.now(), ...(message === undefined ? {} : { message }) };
    this.#memory.set(name, fresh);
    this.#store(name, JSON.stringify(fresh));
    return fresh.key;
  }

  #kept(name: string): Kept | undefined {
    try {
      const text = this.#parts.storage?.getItem(name) ?? null;
      const value = (text === null ? undefined : JSON.parse(text)) as Partial<Kept> | null | undefined;
      if (typeof value?.key === 'string' && typeof value.at === 'number') return value as Kept;
    } catch {
      // switched off, or not ours
    }
    return this.#memory.get(name);
  }

  #forget(name: string): void {
    this.#memory.delete(name);
    this.#store(name, undefined);
  }

  #store(name: string, value: string | undefined): void {
    const { storage } = this.#parts;
    try {
      if (value === undefined) storage?.removeItem(name);
      else storage?.setItem(name, value);
    } catch {
      // full or switched off: the key does not outlive the page
    }
  }
}

function askedMs(error: ClientError): number {
  return Math.min((error instanceof ApiError ? error.retryAfterMs : undefined) ?? 0, LONGEST_ASKED_MS);
}
