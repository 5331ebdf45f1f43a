/** What each event means for the runs of a chat. */
import type { ChatEvent, EventOf } from '@colloquy/contracts';
import { newRun, type RunDraft, type RunsDraft } from './run-view-draft.ts';
import { beginSpan, beginThinking, endSpan, endThinking, laneOf, messageKey } from './run-view-spans.ts';
import { answerCall, answerQuestion, askQuestion, isWaiting, recordCall, startCall } from './run-view-tools.ts';
import { addUsage, withUsage } from './run-view-usage.ts';
import { changeContext, endRun, giveTurn, handOver, note, startBranch } from './run-view-course.ts';

/** Applies one event. */
export function applyRunEvent(draft: RunsDraft, event: ChatEvent): void {
  if (event.type === 'run_started') {
    startRun(draft, event);
    return;
  }
  const index = placeOf(draft, event);
  if (index === undefined) return;
  const run = draft.change(index);
  run.lastSeq = event.seq;
  run.lastAt = event.at;
  applyTo(run, event);
  if (event.type === 'usage') draft.usage = withUsage(draft.usage, event);
  if (run.endedAt === undefined) run.status = isWaiting(run) ? 'waiting' : 'running';
}

function startRun(draft: RunsDraft, event: EventOf<'run_started'>): void {
  const { runId, parentRunId } = event;
  const root = parentRunId === undefined ? undefined : draft.rootOf.get(parentRunId);
  if (root === undefined) {
    draft.begin(newRun(event));
    return;
  }
  draft.rootOf = draft.rootOf.add(runId, root);
  const run = draft.change(root);
  run.lastSeq = event.seq;
  run.lastAt = event.at;
  startBranch(run, { ...event, parentRunId: parentRunId ?? run.runId });
}

const ENDS: ReadonlySet<string> = new Set(['run_completed', 'run_failed', 'run_cancelled']);

/** The place of the run that an event belongs to. The end of something that never began is no run. */
function placeOf(draft: RunsDraft, event: ChatEvent): number | undefined {
  const { runId, seq, at } = event;
  if (runId === undefined) return undefined;
  const known = draft.rootOf.get(runId);
  if (known !== undefined || ENDS.has(event.type)) return known;
  return draft.begin(newRun({ runId, seq, at }));
}

function applyTo(run: RunDraft, event: ChatEvent): void {
  switch (event.type) {
    case 'speaker_selected':
      giveTurn(run, event);
      break;
    case 'message_started':
      beginMessage(run, event);
      break;
    case 'text':
    case 'reasoning':
      endMessage(run, event);
      break;
    case 'message_aborted':
      abortMessage(run, event);
      break;
    case 'tool_call':
      recordCall(run, event);
      break;
    case 'tool_started':
      startCall(run, event);
      break;
    case 'tool_response':
      answerCall(run, event);
      break;
    case 'input_request':
      askQuestion(run, event);
      break;
    case 'input_response':
      answerQuestion(run, event);
      break;
    case 'handoff':
      handOver(run, event);
      break;
    case 'context_updated':
      changeContext(run, event);
      break;
    case 'usage':
      addUsage(run, event);
      break;
    case 'model_changed':
      note(run, event, { kind: 'model_changed', text: event.to });
      break;
    case 'run_claimed':
      note(run, event, { kind: 'takeover' });
      break;
    case 'run_released':
      note(run, event, { kind: 'released' });
      break;
    case 'run_completed':
    case 'run_failed':
    case 'run_cancelled':
      endRun(run, event);
      break;
    default:
      break;
  }
}

/** A choice of a speaker, a summary or a title is work behind the scenes: the agent still thinks. */
function beginMessage(run: RunDraft, event: EventOf<'message_started'>): void {
  const { agent, runId, messageId, kind, purpose, attempt } = event;
  if (attempt > 1) note(run, event, { kind: 'retried' });
  if (purpose !== 'reply') return;
  endThinking(run, event, event.at);
  beginSpan(run, { key: messageKey(messageId), kind: kind === 'text' ? 'speaking' : 'thinking', agent, runId }, event);
}

function endMessage(run: RunDraft, event: EventOf<'text' | 'reasoning'>): void {
  const { agent, runId, messageId, at } = event;
  const known = endSpan(run, messageKey(messageId), { at, outcome: 'ok' });
  if (event.type === 'reasoning') {
    beginThinking(run, event, event);
    return;
  }
  endThinking(run, event, at);
  if (known !== undefined) return;
  beginSpan(run, { key: messageKey(messageId), kind: 'speaking', agent, runId }, event);
  endSpan(run, messageKey(messageId), { at, outcome: 'ok' });
}

function abortMessage(run: RunDraft, event: EventOf<'message_aborted'>): void {
  const { agent, messageId, at, reason } = event;
  endSpan(run, messageKey(messageId), { at, outcome: 'aborted' });
  laneOf(run, agent);
  // After a crash or a failed try the agent is asked again.
  if (reason === 'crashed' || reason === 'retried' || reason === 'invalid') beginThinking(run, event, event);
}
