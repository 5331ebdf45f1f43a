import type { ChatDocument, ChatEvent, ChatRecord, Commit } from '@colloquy/contracts';

/** A commit of the log with the place where it lies; its deltas do not matter here. */
export interface LoggedCommit {
  readonly streamSeq: number;
  readonly commit: Pick<Commit, 'events'>;
}

/** What a client was given over the API. */
export interface ApiCopy {
  readonly document: ChatDocument;
  /** All pages of the events, joined. */
  readonly events: readonly ChatEvent[];
}

/** Everything that holds a copy of one chat. The log was read last: it has whatever the others have. */
export interface ChatSources {
  readonly chatId: string;
  /** Of the stream that the log was read from. */
  readonly epoch: string;
  /** In the order of the stream; without what has aged out. */
  readonly log: readonly LoggedCommit[];
  /** MongoDB's `events`, by seq. */
  readonly stored: readonly ChatEvent[];
  /** MongoDB's `chats`. */
  readonly document: ChatRecord | undefined;
  /** Why operators were told of the chat; undefined when it has no mark. */
  readonly conflict?: string;
  /** What the API gave, or why it gave nothing; undefined when it was not asked. */
  readonly api?: ApiCopy | { readonly refused: string };
}

/** The copy that is wrong. */
export type Copy = 'log' | 'events' | 'document' | 'api' | 'engine';

/** One thing that differs, in one sentence. */
export interface Difference {
  readonly chatId: string;
  readonly where: Copy;
  /** The event that it is about, where it is about one. */
  readonly seq?: number;
  readonly text: string;
}

/** Names a difference of one chat. */
export type Name = (where: Copy, text: string, seq?: number) => Difference;

/** Differences of that chat. */
export function naming(chatId: string): Name {
  return (where, text, seq) => ({ chatId, where, text, ...(seq === undefined ? {} : { seq }) });
}
