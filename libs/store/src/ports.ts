import type { ChatEvent, ChatRecord, ChatRecordUpdate, ChatStatus, UsageReport } from '@colloquy/contracts';

/** A page of a user's chats. */
export interface ChatQuery {
  readonly ownerId: string;
  readonly tenantId?: string;
  readonly status?: ChatStatus;
  /** Case-insensitive substring of title and lastText. */
  readonly q?: string;
  /** `next` of the page before. */
  readonly before?: string;
  readonly limit: number;
}

/** Reads of the projections. Every call throws `StoreUnavailableError` when MongoDB does not answer in time. */
export interface ChatReader {
  chat(chatId: string): Promise<ChatRecord | undefined>;
  /** Newest first, pinned ones among them; deleted ones left out. */
  chats(query: ChatQuery): Promise<{ chats: ChatRecord[]; next?: string }>;
  /** Events after `after`, in order, as they are on the log. */
  events(chatId: string, options: { after: number; limit: number }): Promise<ChatEvent[]>;
  usage(ownerId: string, tenantId?: string): Promise<UsageReport>;
  /** Chats that are not at rest and were not touched since `before` (ms since the epoch): for the watchdog. */
  notAtRest(options: { before: number; limit: number }): Promise<{ chatId: string; lastSeq: number }[]>;
  /** Throws when MongoDB does not answer within a second. For /readyz. */
  ping(): Promise<void>;
}

/** An event and the commit that it came with. */
export interface PlacedEvent {
  readonly event: ChatEvent;
  readonly chatId: string;
  readonly ownerId?: string;
  readonly epoch: string;
  readonly streamSeq: number;
}

/** Writes of the persistence service. */
export interface ChatWriter extends ChatReader {
  /**
   * Inserts events as they are; one that is there already from the same epoch and stream sequence is done.
   * Resolves when they are majority-committed. Returns the events whose place is taken by another one.
   */
  insertEvents(events: readonly PlacedEvent[]): Promise<{ conflicts: PlacedEvent[] }>;
  /** Applies `update` to the chat if its `lastSeq` is still `before` (0: creates it); tells whether it did. */
  updateChat(chatId: string, before: number, update: ChatRecordUpdate): Promise<boolean>;
  /** Marks the chat as having a conflict, for operators. */
  markConflict(chatId: string, detail: string): Promise<void>;
  /** Erases the chat's documents; keeps a tombstone that a rebuild respects. */
  erase(chatId: string): Promise<void>;
}
