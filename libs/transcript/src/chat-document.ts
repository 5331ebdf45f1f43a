/**
 * The chat document: what MongoDB keeps of a chat and the API gives, as a fold of its log. Invariants:
 * 1. Folding in one go or in pieces, at any cut between commits, gives the same record.
 * 2. An event is folded once: what is at or below `lastSeq` is dropped.
 * 3. There is never a hole: an event beyond `lastSeq + 1` throws.
 */
import type { ChatDocument, ChatEvent, ChatHeader, ChatRecord, ChatRow, Commit, Cursor } from '@colloquy/contracts';
import { DOCUMENT_MESSAGES, formatCursor, SEEN_EVENT_TYPES } from '@colloquy/contracts/constants';
import { cutEvent } from './chat-document-cut.ts';
import { GapError } from './chat-document-errors.ts';
import { createHeader, foldHeader, statusOf } from './chat-document-header.ts';

/** A commit and where it lies on the log. */
export interface PlacedCommit {
  /** The stream's creation, as in a cursor. */
  readonly epoch: string;
  readonly streamSeq: number;
  readonly commit: Commit;
}

/** Takes the private fields from an event: `publicEvent` of contracts, which a browser would not want to load. */
export type ToPublic = (event: ChatEvent) => ChatEvent;

/** A chat's header after a fold, and the events to push onto its messages. */
export interface FoldedRecord {
  /** Undefined only when there was none before and no event came. */
  readonly header: ChatHeader | undefined;
  readonly push: readonly ChatEvent[];
}

const SEEN: ReadonlySet<string> = new Set(SEEN_EVENT_TYPES);

/**
 * Folds commits of one chat, in any order, onto its header (undefined: from the beginning).
 * @throws GapError when an event would leave a hole
 * @throws NotAChatError when the log's first event is not `chat_created`
 */
export function foldRecord(
  header: ChatHeader | undefined,
  commits: readonly PlacedCommit[],
  toPublic: ToPublic,
): FoldedRecord {
  let folded = header;
  const push: ChatEvent[] = [];
  for (const placed of [...commits].sort((a, b) => firstSeq(a) - firstSeq(b))) {
    folded = foldCommit(folded, placed, (event) => push.push(cutEvent(toPublic(event))));
  }
  return { header: folded, push };
}

/** A delta-only commit changes nothing, wherever it comes. */
function firstSeq({ commit }: PlacedCommit): number {
  return commit.events[0]?.seq ?? 0;
}

function foldCommit(
  header: ChatHeader | undefined,
  { epoch, streamSeq, commit }: PlacedCommit,
  onSeen: (event: ChatEvent) => void,
): ChatHeader | undefined {
  const before: Cursor = header?.position ?? { epoch, streamSeq: 0, eventSeq: 0 };
  let folded = header;
  for (const event of commit.events) {
    if (isFolded(folded, event, commit.chatId)) continue;
    folded = folded === undefined ? createHeader(commit.chatId, event, before) : foldHeader(folded, event, before);
    if (!SEEN.has(event.type)) continue;
    onSeen(event);
    folded = { ...folded, messageCount: folded.messageCount + 1 };
  }
  if (folded === undefined || folded === header) return header;
  return { ...folded, position: { epoch, streamSeq, eventSeq: folded.lastSeq }, status: statusOf(folded) };
}

/**
 * Whether the header holds the event already.
 * @throws GapError when events between the two are missing
 */
function isFolded(header: ChatHeader | undefined, event: ChatEvent, chatId: string): boolean {
  const expectedSeq = (header?.lastSeq ?? 0) + 1;
  if (event.seq > expectedSeq) throw new GapError({ chatId, expectedSeq, foundSeq: event.seq });
  return event.seq < expectedSeq;
}

/**
 * A chat's record straight from all commits of its log; undefined when they hold no event.
 * @throws GapError when the log does not begin with event 1 or has a hole
 * @throws NotAChatError when its first event is not `chat_created`
 */
export function recordOfLog(commits: readonly PlacedCommit[], toPublic: ToPublic): ChatRecord | undefined {
  const { header, push } = foldRecord(undefined, commits, toPublic);
  return header && { ...header, messages: push.slice(-DOCUMENT_MESSAGES) };
}

/**
 * The document that the API gives. Its cursor is the position just before the oldest message that has begun and not
 * ended, so that who goes on from it gets that message's first deltas too; else the last commit with events.
 */
export function documentOf(record: ChatRecord): ChatDocument {
  const {
    position,
    openMessages,
    openCalls: _calls,
    childRuns: _children,
    dueAt: _due,
    inboxSeq: _inbox,
    rebuiltAt: _rebuilt,
    unread: _unread,
    messages,
    ...rest
  } = record;
  return { ...rest, cursor: formatCursor(openMessages[0]?.before ?? position), messages: [...messages] };
}

/** How its last run came to a bad end, when it did. */
function endOfRow({ lastRun }: ChatHeader): Pick<ChatRow, 'failed' | 'cancelled'> {
  if (lastRun?.status === 'failed') return { failed: true };
  return lastRun?.status === 'cancelled' ? { cancelled: true } : {};
}

/** The chat's line in the sidebar. */
export function rowOf(header: ChatHeader): ChatRow {
  const unread = header.unread?.length ?? 0;
  return {
    chatId: header.chatId,
    title: header.title,
    workflow: header.workflow,
    status: header.status,
    pinned: header.pinned,
    pendingRequests: header.pendingRequests.length,
    lastText: header.lastText,
    costMicroUsd: header.usage.costMicroUsd,
    updatedAt: header.updatedAt,
    lastSeq: header.lastSeq,
    ...(unread === 0 ? {} : { unread }),
    ...(header.shareId === null ? {} : { shared: true }),
    ...endOfRow(header),
    ...(header.deletedAt === undefined ? {} : { deleted: true }),
  };
}
