/**
 * The view: the fold of a chat's commits that a screen shows. Invariants:
 * 1. Any split, join, duplication or replay of a log's commits ends in the same view.
 * 2. An entry that did not change keeps its identity, and a batch costs the same whatever the history.
 * 3. There is never a silent hole: `gap` says that something is missing, and `cursor` stays before it.
 * 4. A view from a document and what follows its cursor is the view of the whole log, for what the document keeps.
 */
import type { ChatDocument, ChatEvent, ChatHeader } from '@colloquy/contracts';
import { createHeader, foldHeader, statusOf } from './chat-document-header.ts';
import { applyDelta, lengthOf } from './chat-view-deltas.ts';
import { draftOf, memoryOf, settle, withEntry, type Draft } from './chat-view-draft.ts';
import { applyEvent } from './chat-view-events.ts';
import { followReplay } from './chat-view-replay.ts';
import { emptyView, viewOf, type ChatView, type CommitBatch } from './chat-view-state.ts';
import { questionOf } from './chat-view-tools.ts';

/** The header's positions are the server's business: here they all are this one. */
const NOWHERE = { epoch: '', streamSeq: 0, eventSeq: 0 };

/**
 * The view after one more batch; the same object when nothing in it is new. Events at or below `lastSeq` are dropped;
 * one that would leave a hole, and all after it, are not applied and `gap` is true until the hole is filled.
 */
export function applyCommits(view: ChatView, batch: CommitBatch): ChatView {
  const draft = draftOf(view);
  for (const event of batch.events) foldEvent(draft, view.chatId, event);
  for (const delta of batch.deltas) applyDelta(draft, delta);
  return finish(draft, view, batch.cursor);
}

function foldEvent(draft: Draft, chatId: string, event: ChatEvent): void {
  draft.seenSeq = Math.max(draft.seenSeq, event.seq);
  if (event.seq <= draft.lastSeq) followReplay(draft, event);
  if (event.seq !== draft.lastSeq + 1) return;
  draft.replay = undefined;
  draft.header = headerAfter(draft.header, chatId, event);
  draft.lastSeq = event.seq;
  applyEvent(draft, event);
}

function headerAfter(header: ChatHeader | undefined, chatId: string, event: ChatEvent): ChatHeader | undefined {
  if (header === undefined) return event.type === 'chat_created' ? createHeader(chatId, event, NOWHERE) : undefined;
  const next = foldHeader(header, event, NOWHERE);
  return { ...next, status: statusOf(next) };
}

function finish(draft: Draft, view: ChatView, cursor: string | undefined): ChatView {
  draft.seenLength = missingLengths(draft);
  const gap = draft.seenSeq > draft.lastSeq || draft.seenLength.size > 0;
  const position = {
    chatId: view.chatId,
    lastSeq: draft.lastSeq,
    cursor: gap ? view.cursor : (cursor ?? view.cursor),
    speaker: draft.speaker,
    gap,
    earlier: view.earlier,
  };
  const next = viewOf(memoryOf(draft), position, view);
  return isSame(view, next) ? view : next;
}

/** Of the pieces that were seen ahead of their time, those that still are. */
function missingLengths(draft: Draft): ReadonlyMap<string, number> {
  if (draft.seenLength.size === 0) return draft.seenLength;
  const missing = [...draft.seenLength].filter(([key, length]) => {
    const entry = draft.open.find((open) => open.key === key);
    return entry !== undefined && lengthOf(entry) < length;
  });
  return missing.length === draft.seenLength.size ? draft.seenLength : new Map(missing);
}

function isSame(view: ChatView, next: ChatView): boolean {
  return (
    view.lastSeq === next.lastSeq &&
    view.entries === next.entries &&
    view.cursor === next.cursor &&
    view.gap === next.gap &&
    view.memory.replay === next.memory.replay &&
    view.memory.seenSeq === next.memory.seenSeq
  );
}

/**
 * The view of a chat's document. Go on from its cursor: what the replay repeats is dropped, and a message that was
 * being written then is open again once the replay has caught up.
 */
export function viewOfDocument(document: ChatDocument): ChatView {
  const view = emptyView(document.chatId);
  const draft = draftOf(view);
  draft.activeRun = runBefore(document);
  draft.header = windowHeader(document);
  const firstSeq = document.messages[0]?.seq ?? document.lastSeq + 1;
  askAgain(draft, document, firstSeq);
  for (const event of document.messages) {
    draft.header = foldHeader(draft.header, event, NOWHERE);
    draft.lastSeq = event.seq;
    applyEvent(draft, event);
  }
  const { openCalls, inboxSeq, childRuns = [] } = draft.header;
  const open = { openMessages: [], openCalls, childRuns };
  draft.header = { ...headerFields(document), position: NOWHERE, ...open, inboxSeq };
  draft.lastSeq = document.lastSeq;
  draft.seenSeq = document.lastSeq;
  return viewOf(memoryOf(draft), {
    chatId: document.chatId,
    lastSeq: document.lastSeq,
    cursor: document.cursor,
    speaker: draft.speaker,
    gap: false,
    earlier: Math.max(0, document.messageCount - document.messages.length),
  });
}

/**
 * The run that was going on before the document's first message; undefined when none was. A message that is stopped
 * before any run has taken it up ends under the id of the command: that was no run.
 */
function runBefore(document: ChatDocument): string | undefined {
  const { messages, lastRun } = document;
  const first = messages.find(({ runId, commandId }) => runId !== undefined && runId !== commandId);
  if (first === undefined) return lastRun?.status === 'running' ? lastRun.runId : undefined;
  const next = messages.findIndex((event) => event.type === 'run_started' && event.parentRunId === undefined);
  if (messages[next] === first) return undefined;
  // Child runs end before the run that they are part of; without another run after it, that is the last one.
  const ends = messages.slice(0, Math.max(0, next)).filter(({ type }) => ENDS.has(type));
  return next < 0 ? lastRun?.runId : (ends.at(-1)?.runId ?? first.runId);
}

const ENDS: ReadonlySet<string> = new Set(['run_completed', 'run_failed', 'run_cancelled']);

/** A header to fold the document's messages into, for what the document does not say itself. */
function windowHeader(document: ChatDocument): ChatHeader {
  const { lastRun: _, ...fields } = headerFields(document);
  return { ...fields, pendingRequests: [], position: NOWHERE, openMessages: [], openCalls: [], inboxSeq: 0 };
}

function headerFields(document: ChatDocument): Omit<ChatDocument, 'messages' | 'cursor'> {
  const { messages: _messages, cursor: _cursor, ...fields } = document;
  return fields;
}

/** Questions that wait since before the document's first message stand at its beginning. */
function askAgain(draft: Draft, document: ChatDocument, firstSeq: number): void {
  for (const request of document.pendingRequests) {
    if (request.seq >= firstSeq) continue;
    const question = questionOf(request);
    const index = settle(draft, {
      kind: 'question',
      key: request.requestId,
      seq: request.seq,
      at: document.updatedAt,
      question,
    });
    draft.requests = withEntry(draft.requests, request.requestId, index);
  }
}
