/**
 * Commands from a person's hand until the log shows them. Invariants:
 * 1. A command has one key, minted once; every attempt carries it, so it happens at most once.
 * 2. What is said, said otherwise or asked again in a chat is sent in order: the next only when the one before is accepted
 *    or has failed. Answers and stops wait for nobody, but in a chat that is still on its way, or whose beginning failed, nothing else is sent: it
 *    would find no chat. A beginning that is discarded lets go what waits for it.
 * 3. An item leaves only when the log shows its commandId, or a person discards it. Words that the log refuses stay, as
 *    failed: sent again they are another command, with a key of its own, for the old one is decided.
 * 4. A server that asks to be left alone for a while is: only a person's retry goes before.
 * 5. What failed is sent again by a person only, not by the next page either: it may be tomorrow that somebody opens it.
 * 6. Tabs share what is kept: what one of them has discarded or got accepted, another one that waits does not send.
 */
import type { ChatEvent, Clock, Ids, TimerHandle } from '@colloquy/contracts';
import { ApiError, type ApiFailure } from './api-error.ts';
import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import { ClosedError, UnreachableError } from './client-error.ts';
import { createListeners, type Listeners } from './listeners.ts';
import type { KeyValueStorage, OutboxCommand, OutboxItem } from './outbox-item.ts';
import { forgetItem, isKept, keepItem, keptItem, loadItems } from './outbox-storage.ts';
import { performCommand } from './perform-command.ts';

const RETRY = { firstMs: 500, maxMs: 15_000 };
/** The longest that a server may have us wait, in ms: a person looks at what waits. */
const LONGEST_ASKED_MS = 60_000;
/** How many commandIds of the log are remembered: the log may show a command before its 202 arrives. */
const REMEMBERED = 256;

/** What an outbox is made of. */
export interface OutboxParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly storage: KeyValueStorage | undefined;
  /** Told what a listener throws. */
  readonly onError: (error: unknown) => void;
}

/** The commands of all chats that the log does not show yet. */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #changes: Listeners<string>;
  /** What the log has decided: refused with a reason, or done. */
  readonly #seen = new Map<string, ApiFailure | undefined>();
  /** Keys of what is in the storage by this page's knowledge. */
  readonly #kept = new Set<string>();
  readonly #timers = new Map<string, TimerHandle>();
  /** Until when the server asked to be left alone with an item, on the monotonic clock. */
  readonly #askedUntil = new Map<string, number>();
  readonly #sending = new Set<string>();
  #items: readonly OutboxItem[] = [];
  #byChat = new Map<string, readonly OutboxItem[]>();
  readonly #closing = new AbortController();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#changes = createListeners(parts.onError);
  }

  /** Sends what a page before this one has not got accepted; what the server has refused there is shown again. */
  resume(): void {
    for (const item of loadItems(this.#parts.storage)) {
      if (this.#find(item.key) !== undefined) continue;
      this.#kept.add(item.key);
      this.#put(item.state === 'failed' ? item : { ...item, state: 'sending', attempts: 0 });
    }
    this.#pump();
  }

  /** The items of a chat, oldest first; the same list as long as nothing changed. */
  of(chatId: string): readonly OutboxItem[] {
    const known = this.#byChat.get(chatId);
    if (known !== undefined) return known;
    const items = this.#items.filter((item) => item.chatId === chatId && item.shownAs === undefined);
    this.#byChat.set(chatId, items);
    return items;
  }

  /** Calls `listener` with the chatId at every change; returns a function that stops it. */
  onChange(listener: (chatId: string) => void): () => void {
    return this.#changes.add(listener);
  }

  /** Takes a command and begins to send it. */
  add(chatId: string, command: OutboxCommand): OutboxItem {
    const { ids, clock } = this.#parts;
    const item: OutboxItem = { key: ids.uuid(), chatId, command, at: clock.now(), state: 'sending', attempts: 0 };
    this.#keep(item);
    this.#pump();
    return item;
  }

  /** Sends a failed item again, and any item that waits at once; same key, unless the log has refused it. */
  retry(key: string): void {
    const item = this.#find(key);
    if (item === undefined || item.state === 'accepted') return;
    this.#stopTimer(key);
    this.#askedUntil.delete(key);
    if (item.refusedAs !== undefined) this.#renew(item);
    else if (item.state === 'failed') this.#keep({ ...item, state: 'sending' });
    this.#pump();
  }

  /** Sends what waits for its next attempt now, unless the server asked for the wait: the network is back. */
  wake(): void {
    const now = this.#parts.clock.monotonic();
    for (const key of [...this.#timers.keys()]) {
      this.#stopTimer(key);
      const rest = (this.#askedUntil.get(key) ?? now) - now;
      if (rest > 0) this.#sendIn(key, rest);
    }
    this.#pump();
  }

  /** Another tab has changed what is kept. */
  lookAgain(): void {
    for (const item of this.#items) if (!this.#sending.has(item.key)) this.#compare(item);
    this.#pump();
  }

  /** Gives an item up. What the server has accepted still happens. */
  discard(key: string): void {
    this.#remove(key);
    this.#pump();
  }

  /** The log of the chat shows these events. */
  seen(chatId: string, events: readonly ChatEvent[]): void {
    for (const event of events) {
      const { commandId } = event;
      if (commandId === undefined || this.#seen.has(commandId)) continue;
      const refusal = refusalIn(event);
      this.#seen.set(commandId, refusal);
      const item = this.#items.find((other) => other.commandId === commandId);
      if (item !== undefined) this.#decided(item, commandId, refusal);
      else if (event.type === 'user_message') this.#guess(chatId, event.text, commandId);
    }
    for (const old of [...this.#seen.keys()].slice(0, Math.max(0, this.#seen.size - REMEMBERED)))
      this.#seen.delete(old);
  }

  /** Nobody looks at the chat any more: what is accepted needs no watching. */
  unwatch(chatId: string): void {
    for (const item of this.#items) {
      if (item.chatId === chatId && item.state === 'accepted') this.#remove(item.key);
    }
  }

  /** Sends nothing more and ends what is on its way; what is kept is kept. */
  close(): void {
    this.#closing.abort(new ClosedError('the client was closed'));
    for (const key of [...this.#timers.keys()]) this.#stopTimer(key);
  }

  /** Hides what the log seems to show already, so that nothing is on the screen twice for a moment. */
  #guess(chatId: string, text: string, commandId: string): void {
    const item = this.of(chatId).find(
      ({ state, attempts, command }) =>
        state === 'sending' && attempts > 0 && 'text' in command && command.text.trim() === text.trim(),
    );
    if (item !== undefined) this.#put({ ...item, shownAs: commandId });
  }

  /** Starts every item that may go now. */
  #pump(): void {
    const earlier = new Map<string, OutboxCommand['kind']>();
    for (const item of this.#items) {
      const { chatId, key, state, command } = item;
      const waits = waitsFor(command.kind, earlier.get(chatId));
      if (!waits && holdsUp(item)) earlier.set(chatId, command.kind);
      if (state !== 'sending' || waits || this.#sending.has(key) || this.#timers.has(key)) continue;
      this.#sending.add(item.key);
      void this.#send(item.key).finally(() => {
        this.#sending.delete(item.key);
        if (!this.#closing.signal.aborted) this.#pump();
      });
    }
  }

  async #send(key: string): Promise<void> {
    const item = this.#find(key);
    if (item === undefined || this.#closing.signal.aborted || !this.#compare(item)) return;
    const attempts = item.attempts + 1;
    this.#put({ ...item, attempts });
    try {
      this.#accepted(key, (await performCommand(this.#parts.api, item, this.#closing.signal)).commandId);
    } catch (error) {
      this.#refused(key, error);
    }
  }

  #accepted(key: string, commandId: string): void {
    const item = this.#find(key);
    this.#forget(key);
    if (item === undefined) return;
    if (this.#seen.has(commandId)) this.#decided(item, commandId, this.#seen.get(commandId));
    else this.#put({ ...settled(item), state: 'accepted', commandId });
  }

  /** The log shows the command, done or refused: then what a person has written is not lost with it. */
  #decided(item: OutboxItem, commandId: string, refusal: ApiFailure | undefined): void {
    if (refusal === undefined || !('text' in item.command)) {
      this.#remove(item.key);
      return;
    }
    const { commandId: _decided, ...rest } = settled(item);
    this.#keep({ ...rest, state: 'failed', failure: refusal, refusedAs: commandId });
  }

  /** The same words as another command, in the same place. */
  #renew(item: OutboxItem): void {
    const { refusedAs: _decided, ...rest } = settled(item);
    const again: OutboxItem = { ...rest, key: this.#parts.ids.uuid(), state: 'sending', attempts: 0 };
    this.#items = this.#items.map((other) => (other === item ? again : other));
    this.#keep(again);
    this.#forget(item.key);
  }

  /** Takes over what another tab has made of an item; returns whether it may still be sent. */
  #compare(item: OutboxItem): boolean {
    const { key, state } = item;
    if (state === 'accepted' || !this.#kept.has(key)) return true;
    const kept = keptItem(this.#parts.storage, key);
    if (kept === 'unknown') return true;
    if (kept === 'gone') this.#remove(key);
    else if (kept.state !== state) this.#put(kept);
    return kept !== 'gone' && kept.state === 'sending';
  }

  #refused(key: string, error: unknown): void {
    const failure = error instanceof ApiError || error instanceof UnreachableError ? error : unexpected(error);
    const item = this.#find(key);
    if (item === undefined || this.#closing.signal.aborted) return;
    if (!failure.retryable) {
      this.#keep({ ...item, state: 'failed', failure: plain(failure) });
      return;
    }
    this.#put({ ...item, failure: plain(failure) });
    const wait = backoffMs(this.#parts.ids, item.attempts, RETRY);
    const asked = Math.min((failure instanceof ApiError ? failure.retryAfterMs : undefined) ?? 0, LONGEST_ASKED_MS);
    this.#askedUntil.set(key, this.#parts.clock.monotonic() + asked);
    this.#sendIn(key, Math.max(wait, asked));
  }

  #sendIn(key: string, ms: number): void {
    const again = (): void => {
      this.#timers.delete(key);
      this.#pump();
    };
    this.#timers.set(key, this.#parts.clock.setTimeout(again, ms));
  }

  /** Puts an item where it outlives the page, and on the screen. */
  #keep(item: OutboxItem): void {
    const { storage } = this.#parts;
    keepItem(storage, item);
    if (isKept(storage, item.key)) this.#kept.add(item.key);
    this.#put(item);
  }

  #forget(key: string): void {
    this.#kept.delete(key);
    forgetItem(this.#parts.storage, key);
  }

  #find(key: string): OutboxItem | undefined {
    return this.#items.find((item) => item.key === key);
  }

  #put(item: OutboxItem): void {
    const index = this.#items.findIndex((other) => other.key === item.key);
    this.#items = index < 0 ? [...this.#items, item] : this.#items.with(index, item);
    this.#changed(item.chatId);
  }

  #remove(key: string): void {
    const item = this.#find(key);
    if (item === undefined) return;
    this.#stopTimer(key);
    this.#askedUntil.delete(key);
    this.#forget(key);
    this.#items = this.#items.filter((other) => other !== item);
    this.#changed(item.chatId);
  }

  #changed(chatId: string): void {
    this.#byChat.delete(chatId);
    this.#changes.tell(chatId);
  }

  #stopTimer(key: string): void {
    const timer = this.#timers.get(key);
    if (timer !== undefined) this.#parts.clock.clearTimeout(timer);
    this.#timers.delete(key);
  }
}

/** What changes what is said in a chat: each may mean what the ones before it have made of the chat. */
const ORDERED: ReadonlySet<OutboxCommand['kind']> = new Set(['message', 'edit', 'regenerate']);

/** What is said waits for what was said before; everything waits for the chat's beginning. */
function waitsFor(kind: OutboxCommand['kind'], earlier: OutboxCommand['kind'] | undefined): boolean {
  return earlier === 'create' || (earlier !== undefined && ORDERED.has(kind));
}

/** Whether something may have to wait for the item. A beginning that failed still is one; a message that failed is not. */
function holdsUp({ state, command: { kind } }: OutboxItem): boolean {
  return kind === 'create' ? state !== 'accepted' : ORDERED.has(kind) && state === 'sending';
}

function refusalIn(event: ChatEvent): ApiFailure | undefined {
  return event.type === 'command_rejected' ? { status: 409, code: event.code, detail: event.message } : undefined;
}

function settled(item: OutboxItem): OutboxItem {
  const { failure: _failure, shownAs: _guess, ...rest } = item;
  return rest;
}

/** Nothing of ours: whatever it is, it says nothing about the command. */
function unexpected(error: unknown): UnreachableError {
  return new UnreachableError('unreachable', { cause: error });
}

/** A failure as plain data: it is kept in storage. */
function plain({ status, code, detail }: ApiError | UnreachableError): NonNullable<OutboxItem['failure']> {
  return { status, code, detail };
}
