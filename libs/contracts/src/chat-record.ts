import type { Cursor } from './cursor.ts';
import type { ChatEvent } from './events/chat-event.ts';
import type { ChatDocument } from './http/documents.ts';

/** A message that has begun and not ended, and the position just before it began. */
export interface OpenMessagePosition {
  readonly messageId: string;
  readonly before: Cursor;
}

/**
 * Everything of a chat's projection but its messages: small, so a fold can start from it and write it back whole.
 * Its `lastSeq` guards every write.
 */
export interface ChatHeader extends Omit<ChatDocument, 'messages' | 'cursor'> {
  /** Position of the last commit with events that was folded. */
  readonly position: Cursor;
  /** Messages that have begun and not ended: who loads now must get their first deltas too. */
  readonly openMessages: readonly OpenMessagePosition[];
  /** callIds without a response: a chat with one that no question is about is running even while a question waits. */
  readonly openCalls: readonly string[];
  /** Child runs that go on: while one of them works the chat is running, whatever the others wait for. */
  readonly childRuns?: readonly { readonly runId: string; readonly parentRunId: string }[];
  /** `seq` of the newest user message that no run has taken up yet; 0 when there is none. */
  readonly inboxSeq: number;
  /** `seq` of what the person has not seen yet, oldest first, at most MAX_UNREAD. */
  readonly unread?: readonly number[];
  /** The earliest instant at which a timer of the chat is due: a question's expiry, or the run's deadline. */
  readonly dueAt?: string;
  /** Instant at which an operator last had it rebuilt: what was folded from an older document must not be written. */
  readonly rebuiltAt?: string;
}

/** A chat as the store keeps it. */
export interface ChatRecord extends ChatHeader {
  /** The newest of the events that a person sees, oldest first, public fields only. */
  readonly messages: readonly ChatEvent[];
}

/** One write of the projection: the header as it is now, and what to push onto the messages. */
export interface ChatRecordUpdate {
  readonly header: ChatHeader;
  readonly push: readonly ChatEvent[];
}
