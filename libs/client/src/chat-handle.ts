/** One open chat: what to show of it, and what can be done with it. */
import type { Attachment, Clock, Ids, Json, TimerHandle } from '@colloquy/contracts';
import type { ChatView } from '@colloquy/transcript';
import { ApiError } from './api-error.ts';
import { ClosedError, type UnreachableError } from './client-error.ts';
import type { Api } from './api.ts';
import { ChatSync, type ChatPhase } from './chat-sync.ts';
import type { Connection } from './connection.ts';
import { openHistory, type ChatHistory } from './event-history.ts';
import { createListeners, type Listeners } from './listeners.ts';
import type { OutboxItem } from './outbox-item.ts';
import type { Outbox } from './outbox.ts';

/** Pieces of text are shown together at most this often, in ms; more rarely when many agents speak at once. */
const PACE_MS = 50;
const CROWD = 4;
const CROWD_PACE_MS = 100;

/** For a beginning that failed in a page before this one, which kept no reason. */
const UNEXPLAINED = { status: 400, code: 'invalid_request', detail: 'The chat could not be created.' };

/** An open chat at one moment; what did not change keeps its identity. */
export interface ChatState {
  readonly chat: ChatView;
  /** Commands of this person that the log does not show yet, oldest first. */
  readonly outbox: readonly OutboxItem[];
  readonly phase: ChatPhase;
  /** Why it is `gone`, or what keeps it from loading or being live; it is tried again by itself unless it is `gone`. */
  readonly error: ApiError | UnreachableError | undefined;
}

/** One open chat. It keeps itself up to date until it is closed, whatever becomes of the connection. */
export interface ChatHandle {
  readonly chatId: string;
  /**
   * Resolves when there is something to show. Rejects with ApiError when there is no such chat or its creation was
   * refused (who retries it then learns more from `subscribe`), and with ClosedError when it was closed before. Nobody
   * needs to listen to it.
   */
  readonly ready: Promise<void>;
  /** The chat as it is now; the same object as long as nothing changed. */
  getView(): ChatState;
  /** Calls `listener` after each change, pieces of text at most every 50 ms; returns a function that stops it. */
  subscribe(listener: () => void): () => void;
  /** Says something, 1 to 65 536 characters. It shows at once as an outbox item. */
  send(text: string, attachments?: readonly Attachment[]): OutboxItem;
  /** Says something else instead of what the person said; what followed stays as an older version. */
  edit(messageId: string, text: string, attachments?: readonly Attachment[]): OutboxItem;
  /** Answers again: the newest answer, or the message named. What followed stays as an older version. */
  regenerate(messageId?: string): OutboxItem;
  /** Answers a question of `chat.pendingRequests`; the value of an approval is a boolean. */
  answer(requestId: string, value: Json, comment?: string): OutboxItem;
  /** Stops the run. What was shown stays. */
  cancel(): OutboxItem;
  /**
   * Sends a failed command again: with the same key, or as another one when the log shows that it was refused. Does
   * nothing when there is none of that key.
   */
  retry(key: string): void;
  /** Gives a command up; does nothing when there is none of that key. What the server has accepted still happens. */
  discard(key: string): void;
  /**
   * Reads all of a long chat: the document holds its newest 200 entries. Rejects with ApiError, UnreachableError,
   * ClosedError, or the reason of the signal.
   */
  loadHistory(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * All events of the chat, read and kept up to date beside the view until the history, or the chat, is closed.
   * @throws ClosedError when the chat was closed
   */
  openHistory(): ChatHistory;
  /** Watches it no more; the chat itself goes on. */
  close(): void;
}

/** What a handle is made of. */
export interface HandleParts {
  readonly chatId: string;
  readonly api: Api;
  readonly connection: Connection;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told what a listener throws. */
  readonly onError: (error: unknown) => void;
  readonly onClose: () => void;
}

/** A handle that the client can wake. */
export interface OpenChat extends ChatHandle {
  resubscribe(): void;
}

/** Opens a chat. One that is still to be created waits until the server has it. */
export function openChat(parts: HandleParts): OpenChat {
  return new LiveChat(parts);
}

class LiveChat implements OpenChat {
  readonly chatId: string;
  readonly ready: Promise<void>;
  readonly #parts: HandleParts;
  readonly #sync: ChatSync;
  readonly #listeners: Listeners<undefined>;
  readonly #offOutbox: () => void;
  #settle: { resolve(): void; reject(error: unknown): void } | undefined;
  #state: ChatState;
  #timer: TimerHandle | undefined;
  readonly #histories = new Set<ChatHistory>();
  #started = false;
  #closed = false;

  constructor(parts: HandleParts) {
    const { chatId, api, connection, outbox, clock, ids } = parts;
    this.#parts = parts;
    this.#listeners = createListeners(parts.onError);
    this.chatId = chatId;
    this.#sync = new ChatSync({
      chatId,
      api,
      connection,
      clock,
      ids,
      onChange: ({ urgent }) => {
        this.#changed(urgent);
      },
      onEvents: (events) => {
        outbox.seen(chatId, events);
      },
    });
    this.#state = this.#read();
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.ready.catch(() => undefined); // who does not ask is not to be told by a crash
    this.#offOutbox = outbox.onChange((changed) => {
      if (changed !== chatId) return;
      this.#start();
      this.#changed(true);
    });
    this.#start();
  }

  getView(): ChatState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  send(text: string, attachments?: readonly Attachment[]): OutboxItem {
    return this.#parts.outbox.add(this.chatId, { kind: 'message', text, ...withFiles(attachments) });
  }

  edit(messageId: string, text: string, attachments?: readonly Attachment[]): OutboxItem {
    return this.#parts.outbox.add(this.chatId, { kind: 'edit', messageId, text, ...withFiles(attachments) });
  }

  regenerate(messageId?: string): OutboxItem {
    const of = messageId === undefined ? {} : { messageId };
    return this.#parts.outbox.add(this.chatId, { kind: 'regenerate', ...of });
  }

  answer(requestId: string, value: Json, comment?: string): OutboxItem {
    const command = { kind: 'input' as const, requestId, value, ...(comment === undefined ? {} : { comment }) };
    return this.#parts.outbox.add(this.chatId, command);
  }

  cancel(): OutboxItem {
    return this.#parts.outbox.add(this.chatId, { kind: 'cancel' });
  }

  retry(key: string): void {
    this.#parts.outbox.retry(key);
  }

  discard(key: string): void {
    this.#parts.outbox.discard(key);
  }

  loadHistory(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.#sync.loadHistory(options.signal);
  }

  openHistory(): ChatHistory {
    if (this.#closed) throw new ClosedError('the chat was closed');
    const { chatId, api, connection, clock, ids, onError } = this.#parts;
    const history: ChatHistory = openHistory({
      ...{ chatId, api, connection, clock, ids, onError, chat: this },
      onClose: () => {
        this.#histories.delete(history);
      },
    });
    this.#histories.add(history);
    return history;
  }

  resubscribe(): void {
    if (this.#started) this.#sync.resubscribe();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopTimer();
    this.#offOutbox();
    for (const history of [...this.#histories]) history.close();
    this.#sync.close();
    this.#parts.outbox.unwatch(this.chatId);
    this.#settle?.reject(new ClosedError('the chat was closed'));
    this.#parts.onClose();
  }

  /** Starts once the server can know the chat. */
  #start(): void {
    if (this.#started || this.#closed) return;
    const create = this.#parts.outbox.of(this.chatId).find((item) => item.command.kind === 'create');
    if (create?.state === 'failed') {
      this.#settle?.reject(new ApiError(create.failure ?? UNEXPLAINED));
      this.#settle = undefined;
    }
    if (create !== undefined && create.state !== 'accepted') return;
    this.#started = true;
    this.#sync.start(create !== undefined);
  }

  #changed(urgent: boolean): void {
    if (this.#closed) return;
    if (urgent) {
      this.#publish();
      return;
    }
    const pace = this.#sync.view.speaking.length >= CROWD ? CROWD_PACE_MS : PACE_MS;
    this.#timer ??= this.#parts.clock.setTimeout(() => {
      this.#publish();
    }, pace);
  }

  #publish(): void {
    this.#stopTimer();
    this.#state = this.#read();
    this.#report();
    this.#listeners.tell(undefined);
  }

  #report(): void {
    const { phase, error } = this.#state;
    if (phase === 'gone') this.#settle?.reject(error);
    else if (phase === 'loading' && this.#state.chat.lastSeq === 0) return;
    else this.#settle?.resolve();
    this.#settle = undefined;
  }

  #read(): ChatState {
    const { view, phase, error } = this.#sync;
    return { chat: view, outbox: this.#parts.outbox.of(this.chatId), phase, error };
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function withFiles(attachments: readonly Attachment[] | undefined): { attachments?: readonly Attachment[] } {
  return attachments === undefined || attachments.length === 0 ? {} : { attachments };
}
