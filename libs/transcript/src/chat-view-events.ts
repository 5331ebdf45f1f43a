/** What each event does to the entries of a view. Unknown types change nothing. */
import type { ChatEvent, EventOf } from '@colloquy/contracts';
import { keepOpen, settle, type Draft } from './chat-view-draft.ts';
import type { Entry, UserEntry } from './chat-view-entries.ts';
import { beginMessage, messageKey, staysOpen } from './chat-view-open.ts';
import { rewind, takeOlder, takeUp } from './chat-view-rewind.ts';
import { answerCall, answerQuestion, ask, closeQuestions, recordCall, startCall } from './chat-view-tools.ts';

/** After an answer the chat rests until its run is claimed anew; any of these shows that it went on. */
const WORK: ReadonlySet<string> = new Set([
  'input_response',
  'run_claimed',
  'text',
  'message_aborted',
  'tool_call',
  'tool_started',
  'tool_response',
]);

/** Applies an event that the draft does not have yet; the caller has seen to the order. */
export function applyEvent(draft: Draft, event: ChatEvent): void {
  closeOpen(draft, event);
  applySpeech(draft, event);
  if (WORK.has(event.type)) draft.answered = event.type === 'input_response';
  const speaker = speakerAfter(event);
  if (speaker !== undefined) draft.speaker = speaker;
  if (draft.activeRun === undefined) draft.speaker = undefined;
}

/** Takes what the event ends from the live tail, and remembers the calls that will never be complete. */
function closeOpen(draft: Draft, event: ChatEvent): void {
  const stays = staysOpen(event);
  for (const entry of draft.open) {
    if (entry.kind === 'tool' && !stays(entry)) draft.callFacts.set(entry.callId, event.seq);
  }
  keepOpen(draft, stays);
}

function applySpeech(draft: Draft, event: ChatEvent): void {
  switch (event.type) {
    case 'user_message':
      return said(draft, event);
    case 'message_imported':
      return void settle(draft, importedEntry(event));
    case 'message_started':
      return begin(draft, event);
    case 'text':
      return spoke(draft, event);
    case 'reasoning':
      return thought(draft, event);
    case 'message_aborted':
      return brokeOff(draft, event);
    case 'handoff':
      return void settle(draft, handoffEntry(event));
    default:
      return applyTools(draft, event);
  }
}

function applyTools(draft: Draft, event: ChatEvent): void {
  switch (event.type) {
    case 'tool_call':
      return recordCall(draft, event);
    case 'tool_started':
      return startCall(draft, event);
    case 'tool_response':
      return answerCall(draft, event);
    case 'input_request':
      return ask(draft, event);
    case 'input_response':
      return answerQuestion(draft, event);
    case 'guardrail_tripped':
      return void settle(draft, guardrailEntry(event));
    case 'command_rejected':
      return void settle(draft, rejectedEntry(event));
    default:
      return applyRun(draft, event);
  }
}

function applyRun(draft: Draft, event: ChatEvent): void {
  switch (event.type) {
    case 'run_started':
      if (event.parentRunId === undefined) draft.activeRun = event.runId;
      return void settle(draft, startEntry(event));
    case 'run_claimed':
      return void settle(draft, runEntry(event, draft.answered ? 'resumed' : 'taken_over'));
    case 'run_released':
      return void settle(draft, runEntry(event, 'released'));
    case 'model_changed':
      return void settle(draft, modelEntry(event));
    case 'run_completed':
    case 'run_failed':
    case 'run_cancelled':
      return endRun(draft, event);
    case 'rewound':
      return rewind(draft, event);
    case 'message_taken_up':
      return takeUp(draft, event);
    default:
      return;
  }
}

function said(draft: Draft, event: EventOf<'user_message'>): void {
  const { seq, at, messageId, commandId, text, attachments, by, edits, steers } = event;
  const queued = draft.activeRun !== undefined;
  const versions = edits === undefined ? undefined : takeOlder(draft, edits, seq);
  const entry: UserEntry = {
    kind: 'user',
    key: messageId,
    seq,
    at,
    messageId,
    commandId,
    text,
    ...(attachments === undefined ? {} : { attachments }),
    ...(by === undefined ? {} : { by }),
    queued,
    ...(steers === undefined ? {} : { steers }),
    ...(versions === undefined ? {} : { versions }),
    ...cutMark(event),
  };
  if (queued) draft.queued = [...draft.queued, entry];
  else settle(draft, entry);
}

function importedEntry(event: EventOf<'message_imported'>): Entry {
  const { seq, at, messageId, commandId, role, name = 'assistant', text } = event;
  const said = { key: messageId, seq, at, messageId, text, imported: true as const, ...cutMark(event) };
  return role === 'user'
    ? { kind: 'user', commandId, queued: false, ...said }
    : { kind: 'agent', runId: '', agent: name, state: 'complete', ...said };
}

function begin(draft: Draft, event: EventOf<'message_started'>): void {
  const entry = beginMessage(event);
  if (entry !== undefined && !draft.open.some(({ key }) => key === entry.key)) draft.open = [...draft.open, entry];
}

function spoke(draft: Draft, event: EventOf<'text'>): void {
  if (event.text === '') return;
  const { seq, at, messageId, runId, agent, text, finishReason, structured, usage } = event;
  settle(draft, {
    kind: 'agent',
    key: messageKey('text', messageId),
    seq,
    at,
    messageId,
    runId,
    agent,
    text,
    state: 'complete',
    finishReason,
    ...(structured === undefined ? {} : { structured }),
    ...(usage === undefined ? {} : { usage }),
    ...cutMark(event),
  });
}

function thought(draft: Draft, event: EventOf<'reasoning'>): void {
  if (event.text === '') return;
  const { seq, at, messageId, runId, agent, text, ms } = event;
  const key = messageKey('reasoning', messageId);
  settle(draft, {
    kind: 'reasoning',
    key,
    seq,
    at,
    messageId,
    runId,
    agent,
    text,
    state: 'complete',
    ms,
    ...cutMark(event),
  });
}

function brokeOff(draft: Draft, event: EventOf<'message_aborted'>): void {
  if (event.text === '' || event.purpose !== undefined) return;
  const { seq, at, messageId, runId, agent, text, reason } = event;
  const key = messageKey('text', messageId);
  settle(draft, {
    kind: 'agent',
    key,
    seq,
    at,
    messageId,
    runId,
    agent,
    text,
    state: 'aborted',
    reason,
    ...cutMark(event),
  });
}

function handoffEntry(event: EventOf<'handoff'>): Entry {
  const { seq, at, runId, from, to, by, reason } = event;
  return {
    kind: 'handoff',
    key: eventKey(seq),
    seq,
    at,
    runId,
    from,
    to,
    by,
    ...(reason === undefined ? {} : { reason }),
  };
}

function guardrailEntry(event: EventOf<'guardrail_tripped'>): Entry {
  const { seq, at, runId, name, on, action, message } = event;
  const told = message === undefined ? {} : { message };
  return { kind: 'guardrail', key: eventKey(seq), seq, at, runId, name, on, action, ...told };
}

function rejectedEntry(event: EventOf<'command_rejected'>): Entry {
  const { seq, at, commandId, code, message } = event;
  return { kind: 'rejected', key: eventKey(seq), seq, at, commandId, code, message };
}

type RunEvent = EventOf<
  'run_started' | 'run_claimed' | 'run_released' | 'run_completed' | 'run_failed' | 'run_cancelled' | 'model_changed'
>;
type RunEntry = Extract<Entry, { kind: 'run' }>;

function runEntry({ seq, at, runId }: RunEvent, phase: RunEntry['phase']): RunEntry {
  return { kind: 'run', key: eventKey(seq), seq, at, runId, phase };
}

function startEntry(event: EventOf<'run_started'>): RunEntry {
  const { workflow, parentRunId, branch } = event;
  return {
    ...runEntry(event, 'started'),
    workflow,
    ...(parentRunId === undefined ? {} : { parentRunId }),
    ...(branch === undefined ? {} : { branch }),
  };
}

function modelEntry(event: EventOf<'model_changed'>): RunEntry {
  const { agent, from, to, error } = event;
  const reason = { code: error.code, text: error.message };
  return { ...runEntry(event, 'model_changed'), models: { agent, from, to }, reason };
}

/** A run that ends while another one goes on is part of that one. */
function partOf({ activeRun }: Draft, { runId, commandId }: { runId: string; commandId?: string | undefined }) {
  return activeRun === undefined || activeRun === runId || runId === commandId ? {} : { parentRunId: activeRun };
}

function endRun(draft: Draft, event: EventOf<'run_completed' | 'run_failed' | 'run_cancelled'>): void {
  closeQuestions(draft, event.runId);
  settle(draft, { ...endEntry(event), ...partOf(draft, event) });
  if (event.runId !== draft.activeRun) return;
  draft.activeRun = undefined;
  for (const entry of draft.queued) settle(draft, { ...entry, queued: false });
  draft.queued = [];
}

function endEntry(event: EventOf<'run_completed' | 'run_failed' | 'run_cancelled'>): RunEntry {
  switch (event.type) {
    case 'run_completed':
      return {
        ...runEntry(event, 'completed'),
        reason: event.reason,
        ...(event.summary === undefined ? {} : { summary: event.summary }),
      };
    case 'run_failed':
      return {
        ...runEntry(event, 'failed'),
        reason: { code: event.error.code, text: event.error.message },
        retryable: event.error.retryable,
      };
    case 'run_cancelled':
      return { ...runEntry(event, 'cancelled'), by: event.by };
  }
}

function speakerAfter(event: ChatEvent): string | undefined {
  if (event.type === 'handoff') return event.to;
  return event.type === 'speaker_selected' || event.type === 'message_started' || event.type === 'text'
    ? event.agent
    : undefined;
}

/** Key of an entry that has no id of its own. */
function eventKey(seq: number): string {
  return `event-${String(seq)}`;
}

function cutMark(event: object): { readonly truncated?: true } {
  return 'truncated' in event && event.truncated === true ? { truncated: true } : {};
}
