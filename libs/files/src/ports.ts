import type { Attachment } from '@colloquy/contracts';

/** Whose a file is. */
export interface FileOwner {
  readonly ownerId: string;
  readonly tenantId?: string | undefined;
}

/** A file as it is kept. */
export interface StoredFile extends Attachment {
  /** ISO-8601 with milliseconds. */
  readonly createdAt: string;
  /** Chats that have it; none: it belongs to no message yet, and goes after a day. */
  readonly chats: readonly string[];
}

/** Bytes on their way; reading them may fail with what was wrong with them. */
export type Bytes = AsyncIterable<Uint8Array>;

/** A file that comes. */
export interface Upload {
  readonly owner: FileOwner;
  readonly fileId: string;
  readonly name: string;
  readonly bytes: Bytes;
  /** Asked for when the bytes have been read: only they tell what it is. */
  type(): string;
  /** How many bytes there will be, when somebody said so. */
  readonly size?: number | undefined;
  readonly maxBytes: number;
  /** What its owner may keep in all, in bytes; without it there is no bound. */
  readonly quotaBytes?: number | undefined;
  readonly signal?: AbortSignal;
}

/** A file with its bytes, from the first. */
export interface OpenFile {
  readonly file: StoredFile;
  readonly bytes: Bytes;
}

/** What somebody has uploaded and not said yet. */
export interface LooseFiles {
  readonly count: number;
  readonly bytes: number;
}

/** What a sweep asks. */
export interface SweepOptions {
  /** Whether a message of the chat names the file; `later`: one that was taken and is not on the log yet may. */
  readonly names: (chatId: string, fileId: string) => Promise<boolean | 'later'>;
  readonly signal?: AbortSignal;
}

/**
 * Files that people give with messages. A file is its owner's; the chats that have it keep it, and it goes with the last
 * of them. Every call throws `FilesUnavailableError` or `BrokerUnavailableError` when what it needs does not answer.
 */
export interface FileStore {
  /**
   * Keeps a file; until it resolves nobody can have it, and when it rejects nothing stays.
   * @throws FileTooLargeError; EmptyFileError; FilesQuotaError; FilesFullError; FileExistsError when there is one of that
   * id or one of that id comes; what reading the bytes threw; the signal's reason
   */
  put(upload: Upload): Promise<StoredFile>;
  /** What is known of a file of this owner; undefined when there is none. */
  head(owner: FileOwner, fileId: string): Promise<StoredFile | undefined>;
  /** As `head`; and a file that waits for its message waits anew. */
  renew(owner: FileOwner, fileId: string): Promise<StoredFile | undefined>;
  /**
   * The file and its bytes. They are fetched as they are read: a reader that stands still costs little. Reading them
   * throws FilesUnavailableError when a piece does not come in time, and the signal's reason.
   */
  open(owner: FileOwner, fileId: string, options?: { readonly signal?: AbortSignal }): Promise<OpenFile | undefined>;
  /**
   * Says that a message of the chat names these files, or is about to. Called before the message is stored, and again
   * before anybody is told that it is: a sweep that has not seen the message takes the file between the two or never.
   * @throws UnknownFileError when the owner has no such file: then none of them is the chat's by this call, unless the
   * file went in that very moment
   */
  attach(owner: FileOwner, fileIds: readonly string[], chatId: string): Promise<readonly StoredFile[]>;
  /** The chat is no more: what no other chat has is erased. Gives the number of files that went. */
  release(owner: FileOwner, chatId: string): Promise<number>;
  /** Erases a file that no chat has. */
  remove(owner: FileOwner, fileId: string): Promise<'removed' | 'attached' | 'unknown'>;
  /** What the owner has uploaded and no chat has. */
  loose(owner: FileOwner): Promise<LooseFiles>;
  /**
   * Erases what nobody will miss: files that were in no message for a day, though a chat was to have them, uploads that
   * broke off, and what a broken-off erasure has left. Gives the number of files that went.
   */
  sweep(options: SweepOptions): Promise<number>;
  /** Throws when the bytes cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Where bytes are, by an id that is used once. */
export interface BlobStore {
  /** Resolves when all of them are on disk; nothing stays of what fails. @throws FilesFullError when there is no room */
  put(blobId: string, bytes: Bytes, options: { size: number | undefined; signal: AbortSignal }): Promise<void>;
  /** Bytes that come as they are read; when the signal is aborted nothing is held for them any more. */
  open(blobId: string, options?: { readonly signal?: AbortSignal }): Promise<Bytes | undefined>;
  /** Nothing when there is none. */
  remove(blobId: string): Promise<void>;
  /** Erases pieces of what was never put whole, when they are older than `before` (ms since the epoch); how many. */
  sweep(before: number): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
