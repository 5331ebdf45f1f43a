import type { ChatEvent, ChatHeader, ChatRecord, ChatRecordUpdate, ChatStatus, UsageReport } from '@colloquy/contracts';

/** A page of a user's chats. */
export interface ChatQuery {
  readonly ownerId: string;
  readonly tenantId?: string;
  readonly status?: ChatStatus;
  /** Case-insensitive substring of title and lastText. */
  readonly q?: string;
  /** Only those that are pinned. */
  readonly pinned?: true;
  /** Only those with something that the person has not seen. */
  readonly unread?: true;
  /** `next` of the page before. */
  readonly before?: string;
  readonly limit: number;
}

/** A chat that is not at rest and was not touched for a while, and since when, as its document has it. */
export interface SleepingChat {
  readonly chatId: string;
  readonly lastSeq: number;
  readonly updatedAt: string;
}

/** A chat with a timer that is overdue, and since when. */
export interface OverdueChat {
  readonly chatId: string;
  readonly dueAt: string;
}

/** Reads of the projections. Every call throws `StoreUnavailableError` when MongoDB does not answer in time. */
export interface ChatReader {
  /** The chat with its messages; undefined when it is not there, or erased. Deleted ones are given, with `deletedAt`. */
  chat(chatId: string): Promise<ChatRecord | undefined>;
  /** The chat without its messages, which may be large: for the owner check, and for who folds on. */
  header(chatId: string): Promise<ChatHeader | undefined>;
  /** The chat with this read-only link, without its messages; undefined when there is none, or it is deleted. */
  shared(shareId: string): Promise<ChatHeader | undefined>;
  /** The user's chats with questions that wait, longest waiting first; deleted ones left out. */
  asking(options: { ownerId: string; tenantId?: string; limit: number }): Promise<ChatHeader[]>;
  /** True when the chat was here and is gone for good: its id must not be used again. */
  isErased(chatId: string): Promise<boolean>;
  /**
   * Newest first, pinned ones among them; deleted ones left out.
   * @throws InvalidPageError when `before` is not the `next` of a page
   */
  chats(query: ChatQuery): Promise<{ chats: ChatHeader[]; next?: string }>;
  /** Events after `after`, in order, as they are on the log. */
  events(chatId: string, options: { after: number; limit: number }): Promise<ChatEvent[]>;
  /**
   * What the user's model calls used, over all chats that are not erased; with `since` (ISO-8601) only those from then
   * on. Days are UTC, oldest first.
   */
  usage(ownerId: string, tenantId?: string, since?: string): Promise<UsageReport>;
  /**
   * Chats that are not at rest and were not touched since `before` (ms since the epoch), longest untouched first: for
   * the watchdog. `after` is the last one of the page before.
   */
  notAtRest(options: { before: number; limit: number; after?: SleepingChat }): Promise<SleepingChat[]>;
  /**
   * Chats whose run goes on and has a timer that was due before `before` (ms since the epoch), longest overdue first:
   * for the watchdog. Those with the mark of a conflict are left out. `after` is the last one of the page before.
   */
  overdue(options: { before: number; limit: number; after?: OverdueChat }): Promise<OverdueChat[]>;
  /** Chats that `markConflict` has marked: for operators. */
  conflicts(limit: number): Promise<{ chatId: string; detail: string }[]>;
  /** Throws when MongoDB does not answer. For /readyz, which gives it a second. */
  ping(): Promise<void>;
}

/** An event and the commit that it came with. */
export interface PlacedEvent {
  readonly event: ChatEvent;
  readonly chatId: string;
  /** Whose chat it is: the usage report goes by it. */
  readonly ownerId: string;
  readonly tenantId?: string;
  readonly epoch: string;
  readonly streamSeq: number;
}

/** Writes of the persistence service. Every call throws `StoreUnavailableError` when MongoDB does not answer in time. */
export interface ChatWriter extends ChatReader {
  /**
   * Inserts events as they are; one that is there already is done: from the same epoch and stream sequence, or the very
   * same from another place, as when a log was restored. Resolves when they are majority-committed. Returns the events
   * whose place is taken by another one.
   * @throws StoreRefusedError when the database will never take one of them
   */
  insertEvents(events: readonly PlacedEvent[]): Promise<{ conflicts: PlacedEvent[] }>;
  /**
   * Applies `update` to the chat if its `lastSeq` is still `before` (0: creates it) and it was not rebuilt since the
   * header was read; tells whether it did.
   */
  updateChat(chatId: string, before: number, update: ChatRecordUpdate): Promise<boolean>;
  /** Marks the chat as having a conflict, for operators; nothing when the chat is not there. */
  markConflict(chatId: string, detail: string): Promise<void>;
  /**
   * Erases the chat's documents; keeps a tombstone that a rebuild respects. One that broke off has `halfErased` name the
   * chat until it is made again.
   */
  erase(chatId: string): Promise<void>;
  /** Ids of chats whose erasure has begun and not ended: they are not there any more, but events of theirs may be. */
  halfErased(limit: number): Promise<string[]>;
  /** Ids after `after` ('' for the first) of chats that are gone for good, sorted. */
  erasedIds(options: { after: string; limit: number }): Promise<string[]>;
  /** Chats that were deleted before `before` (ms since the epoch) and are not erased, oldest deletion first. */
  deleted(options: { before: number; limit: number }): Promise<ChatHeader[]>;
  /** Ids after `after` ('' for the first) of chats that have a document or an event 1, sorted. */
  chatIds(options: { after: string; limit: number }): Promise<string[]>;
  /**
   * Puts `record` in the place of the chat's document, if that is still as it was when `before` was read from it
   * (undefined: there was none), and takes a conflict's mark away; tells whether it did. For a rebuild.
   */
  replaceChat(before: ChatHeader | undefined, record: ChatRecord): Promise<boolean>;
  /** Puts events into their places, whatever is there. For a rebuild. */
  replaceEvents(events: readonly PlacedEvent[]): Promise<void>;
  /** Removes the chat's events after `after`. For a rebuild. */
  dropEvents(chatId: string, after: number): Promise<void>;
}
