/**
 * The fold of a chat's header. Invariants:
 * 1. It is a function of the events alone: how they were grouped into commits and deliveries leaves no trace but in
 *    positions, and those are positions of commits that hold events (delta-only commits come and go).
 * 2. Status follows from the header's own fields (`statusOf`), so it needs no memory of how it came about.
 * 3. An event type that this version does not know changes nothing but `lastSeq` and `updatedAt`.
 */
import type { ChatEvent, ChatHeader, Cursor, EventOf } from '@colloquy/contracts';
import { cutQuestion, cutText } from './chat-document-cut.ts';
import { NotAChatError } from './chat-document-errors.ts';
import { seenFields } from './chat-document-unread.ts';

/** Longest `lastText` of a chat, in UTF-16 code units. */
const LAST_TEXT_LENGTH = 200;

const NO_USAGE = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, costMicroUsd: 0, modelCalls: 0, byModel: [] };

/** Housekeeping by a person: it does not move the chat to the top of the list. */
const QUIET: ReadonlySet<string> = new Set(['chat_renamed', 'chat_pinned', 'share_changed', 'chat_seen']);

type HeaderUpdate = Partial<ChatHeader>;

/** The header of a chat that was just created. @throws NotAChatError when the event is another one */
export function createHeader(chatId: string, event: ChatEvent, position: Cursor): ChatHeader {
  if (event.type !== 'chat_created') throw new NotAChatError(chatId, event.type);
  return {
    chatId,
    ownerId: event.ownerId,
    ...(event.tenantId === undefined ? {} : { tenantId: event.tenantId }),
    workflow: event.workflow,
    title: event.title ?? '',
    ...(event.forkedFrom === undefined ? {} : { forkedFrom: event.forkedFrom }),
    status: 'idle',
    pinned: false,
    shareId: null,
    createdAt: event.at,
    updatedAt: event.at,
    lastSeq: event.seq,
    usage: NO_USAGE,
    pendingRequests: [],
    lastText: '',
    messageCount: 0,
    position,
    openMessages: [],
    openCalls: [],
    inboxSeq: 0,
  };
}

/** The header after one more event; `before` is the position before the event's commit. */
export function foldHeader(header: ChatHeader, event: ChatEvent, before: Cursor): ChatHeader {
  const { dueAt: _, ...rest } = header;
  const folded: ChatHeader = {
    ...rest,
    lastSeq: event.seq,
    updatedAt: QUIET.has(event.type) || event.at < header.updatedAt ? header.updatedAt : event.at,
    ...seenFields(header, event),
    ...changes(header, event, before),
  };
  const next = withDue(folded);
  return event.type === 'chat_restored' ? withoutDeletion(next) : next;
}

/** When the earliest of its timers is due, so that the watchdog finds a chat whose timer was lost. */
function withDue(header: ChatHeader): ChatHeader {
  const { lastRun, pendingRequests, deletedAt } = header;
  if (lastRun?.status !== 'running' || deletedAt !== undefined) return header;
  const due = [lastRun.deadlineAt, ...pendingRequests.map(({ expiresAt }) => expiresAt)].filter(
    (at) => at !== undefined,
  );
  // Instants sort as they are written.
  const dueAt = due.sort()[0];
  return dueAt === undefined ? header : { ...header, dueAt };
}

/**
 * `running` while a run is going on, or while a user message waits for one. But `waiting` while a question waits for a
 * person and nothing else is open: no message, no tool call but those that a question is about, and no child run that
 * goes on. A deleted chat rests. The engine's `statusOf` says the same of its own state.
 */
export function statusOf(header: ChatHeader): ChatHeader['status'] {
  if (header.deletedAt !== undefined) return 'idle';
  if (header.lastRun?.status !== 'running') return header.inboxSeq > 0 ? 'running' : 'idle';
  if (header.pendingRequests.length === 0 || header.openMessages.length > 0) return 'running';
  const askedAbout = new Set(header.pendingRequests.map((request) => request.callId));
  if (!header.openCalls.every((callId) => askedAbout.has(callId))) return 'running';
  return childrenWait(header) ? 'waiting' : 'running';
}

/** True when every child run that has none of its own waits for a person; its parents wait for it. */
function childrenWait({ childRuns = [], pendingRequests }: ChatHeader): boolean {
  const parents = new Set(childRuns.map(({ parentRunId }) => parentRunId));
  const asking = new Set(pendingRequests.map(({ runId }) => runId));
  return childRuns.every(({ runId }) => parents.has(runId) || asking.has(runId));
}

function changes(header: ChatHeader, event: ChatEvent, before: Cursor): HeaderUpdate {
  switch (event.type) {
    case 'user_message':
      return { inboxSeq: event.seq, lastText: cutText(event.text, LAST_TEXT_LENGTH) };
    case 'message_imported':
      return said(event.text);
    case 'message_started':
      return openMessage(header, event.messageId, before);
    case 'text':
      return { ...closeMessage(header, event.messageId), ...said(event.text) };
    case 'reasoning':
    case 'message_aborted':
      return closeMessage(header, event.messageId);
    case 'tool_call':
    case 'tool_started':
    case 'tool_response':
      return toolChanges(header, event);
    case 'input_request':
      return { pendingRequests: [...header.pendingRequests, pendingRequest(event)] };
    case 'input_response':
      return { pendingRequests: header.pendingRequests.filter(({ requestId }) => requestId !== event.requestId) };
    case 'usage':
      return { usage: addUsage(header.usage, event) };
    case 'run_started':
      return startRun(header, event);
    case 'run_completed':
    case 'run_failed':
    case 'run_cancelled':
      return endRun(header, event);
    default:
      return lifeChanges(header, event);
  }
}

function lifeChanges(header: ChatHeader, event: ChatEvent): HeaderUpdate {
  switch (event.type) {
    case 'chat_renamed':
      return { title: event.title };
    case 'chat_pinned':
      return { pinned: event.pinned };
    case 'share_changed':
      return { shareId: event.shareId };
    case 'chat_deleted':
      return { deletedAt: event.at };
    case 'rewound':
      return rewind(header, event);
    case 'message_taken_up':
      return event.upToSeq >= header.inboxSeq ? { inboxSeq: 0 } : {};
    default:
      return {};
  }
}

/** What followed `toSeq` is undone. There a message waited for a run, whichever it was: the next run takes it up. */
function rewind(header: ChatHeader, { toSeq, lastText }: EventOf<'rewound'>): HeaderUpdate {
  return {
    inboxSeq: 1,
    pendingRequests: header.pendingRequests.filter(({ seq }) => seq <= toSeq),
    openMessages: [],
    openCalls: [],
    ...(header.childRuns === undefined ? {} : { childRuns: [] }),
    ...(lastText === undefined ? {} : { lastText: cutText(lastText, LAST_TEXT_LENGTH) }),
  };
}

function withoutDeletion(header: ChatHeader): ChatHeader {
  const { deletedAt: _, ...rest } = header;
  return rest;
}

function said(text: string): HeaderUpdate {
  return text === '' ? {} : { lastText: cutText(text, LAST_TEXT_LENGTH) };
}

function openMessage(header: ChatHeader, messageId: string, before: Cursor): HeaderUpdate {
  if (header.openMessages.some((open) => open.messageId === messageId)) return {};
  return { openMessages: [...header.openMessages, { messageId, before }] };
}

function closeMessage(header: ChatHeader, messageId: string): HeaderUpdate {
  return { openMessages: header.openMessages.filter((open) => open.messageId !== messageId) };
}

/** A call is open from when it is asked for to its response; `tool_started` opens it again should it have been lost. */
function toolChanges(header: ChatHeader, event: EventOf<'tool_call' | 'tool_started' | 'tool_response'>): HeaderUpdate {
  const others = header.openCalls.filter((callId) => callId !== event.callId);
  if (event.type === 'tool_response') return { openCalls: others };
  const openCalls = [...others, event.callId];
  // The calls of a reply come in the commit that ends it, with or without a text of its own.
  return event.type === 'tool_call' ? { ...closeMessage(header, event.messageId), openCalls } : { openCalls };
}

function pendingRequest(event: EventOf<'input_request'>): ChatHeader['pendingRequests'][number] {
  const { requestId, runId, agent, kind, prompt, schema, callId, expiresAt, at, seq } = event;
  return cutQuestion({
    requestId,
    runId,
    ...(agent === undefined ? {} : { agent }),
    kind,
    prompt,
    ...(schema === undefined ? {} : { schema }),
    ...(callId === undefined ? {} : { callId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    askedAt: at,
    seq,
  });
}

/** `totals` of the event are cumulative for the chat; by model they are summed here. */
function addUsage(usage: ChatHeader['usage'], event: EventOf<'usage'>): ChatHeader['usage'] {
  const known = usage.byModel.find(({ model }) => model === event.model) ?? { ...NO_USAGE, model: event.model };
  const added = {
    model: event.model,
    promptTokens: known.promptTokens + event.promptTokens,
    cachedTokens: known.cachedTokens + event.cachedTokens,
    completionTokens: known.completionTokens + event.completionTokens,
    costMicroUsd: known.costMicroUsd + (event.costMicroUsd ?? 0),
    modelCalls: known.modelCalls + 1,
  };
  const byModel = usage.byModel.some(({ model }) => model === event.model)
    ? usage.byModel.map((entry) => (entry.model === event.model ? added : entry))
    : [...usage.byModel, added];
  return { ...event.totals, byModel };
}

/**
 * A child run is part of its parent's: only a run of its own becomes the chat's last run. The call that asked for it is
 * answered by it, and not open by itself any more.
 */
function startRun(header: ChatHeader, event: EventOf<'run_started'>): HeaderUpdate {
  const { runId, parentRunId, parentCallId } = event;
  if (parentRunId !== undefined) {
    const openCalls = header.openCalls.filter((callId) => callId !== parentCallId);
    return { openCalls, childRuns: [...(header.childRuns ?? []), { runId, parentRunId }] };
  }
  return {
    lastRun: {
      runId: event.runId,
      workflow: event.workflow,
      status: 'running',
      startedAt: event.at,
      ...(event.deadlineAt === undefined ? {} : { deadlineAt: event.deadlineAt }),
    },
    inboxSeq: event.trigger >= header.inboxSeq ? 0 : header.inboxSeq,
  };
}

const ENDINGS = { run_completed: 'completed', run_failed: 'failed', run_cancelled: 'cancelled' } as const;

function endRun(header: ChatHeader, event: EventOf<'run_completed' | 'run_failed' | 'run_cancelled'>): HeaderUpdate {
  const { lastRun } = header;
  if (isStopOfWaiting(header, event)) return { inboxSeq: 0 };
  if (lastRun?.runId !== event.runId) {
    const pendingRequests = header.pendingRequests.filter(({ runId }) => runId !== event.runId);
    // Stopped before a run had begun: what waited is taken up by nobody.
    if (event.runId === event.commandId) return { pendingRequests, inboxSeq: 0 };
    const childRuns = header.childRuns?.filter(({ runId }) => runId !== event.runId);
    return { pendingRequests, ...(childRuns === undefined ? {} : { childRuns }) };
  }
  const reason = endReason(event);
  return {
    lastRun: {
      ...lastRun,
      status: ENDINGS[event.type],
      endedAt: event.at,
      ...(reason === undefined ? {} : { reason }),
    },
    pendingRequests: [],
    openMessages: [],
    openCalls: [],
    ...(header.childRuns === undefined ? {} : { childRuns: [] }),
  };
}

/** A stop that came before any run had begun names its own command as the run: what waited is taken up by nobody. */
function isStopOfWaiting(
  header: ChatHeader,
  event: EventOf<'run_completed' | 'run_failed' | 'run_cancelled'>,
): boolean {
  return event.type === 'run_cancelled' && event.runId === event.commandId && header.lastRun?.status !== 'running';
}

function endReason(
  event: EventOf<'run_completed' | 'run_failed' | 'run_cancelled'>,
): { code: string; text: string } | undefined {
  if (event.type === 'run_completed') return cutQuestion(event.reason);
  if (event.type === 'run_failed') return cutQuestion({ code: event.error.code, text: event.error.message });
  return undefined;
}
