/** Tools and questions in a run. */
import type { EventOf } from '@colloquy/contracts';
import type { RunDraft } from './run-view-draft.ts';
import { beginSpan, beginThinking, endSpan, endThinking, messageKey } from './run-view-spans.ts';
import { note } from './run-view-course.ts';

const callKey = (callId: string): string => `call ${callId}`;
const questionKey = (requestId: string): string => `question ${requestId}`;

/** `tool_call`. */
export function recordCall(run: RunDraft, event: EventOf<'tool_call'>): void {
  const { callId, tool, agent, runId, seq, at } = event;
  endSpan(run, messageKey(event.messageId), { at, outcome: 'ok' });
  endThinking(run, event, at);
  run.memory.calls.set(callId, { tool, agent, runId, seq, at });
}

/** `tool_started`; a tool that is started once more was interrupted. */
export function startCall(run: RunDraft, event: EventOf<'tool_started'>): void {
  const { callId, attempt, at } = event;
  const call = run.memory.calls.get(callId);
  if (call === undefined) return;
  if (attempt > 1) note(run, { ...event, agent: call.agent }, { kind: 'retried', text: call.tool });
  const before = endSpan(run, callKey(callId), { at, outcome: 'aborted' });
  const key = callKey(callId);
  const { agent, runId, tool } = call;
  beginSpan(run, { key, kind: 'tool', agent, runId, label: tool }, { at, seq: before?.seq ?? call.seq });
}

/** `tool_response`: when it was the last one, it is the agent's move again. */
export function answerCall(run: RunDraft, event: EventOf<'tool_response'>): void {
  const { callId, ok, ms, at } = event;
  const call = run.memory.calls.get(callId);
  if (call === undefined) return;
  run.memory.calls.delete(callId);
  const end = { at, outcome: ok ? ('ok' as const) : ('failed' as const), ms };
  const key = callKey(callId);
  if (endSpan(run, key, end) === undefined) {
    // It never ran: a person said no, or it was stopped before.
    const { agent, runId, tool, seq } = call;
    beginSpan(run, { key, kind: 'tool', agent, runId, label: tool }, { at, seq });
    endSpan(run, key, end);
  }
  const more = [...run.memory.calls.values()].some(({ agent, runId }) => agent === call.agent && runId === call.runId);
  if (!more) beginThinking(run, call, event);
}

/** `input_request`. */
export function askQuestion(run: RunDraft, event: EventOf<'input_request'>): void {
  const { requestId, runId, callId, kind, at } = event;
  const called = callId === undefined ? undefined : run.memory.calls.get(callId);
  const agent = called?.agent ?? event.agent ?? run.memory.speakers.get(runId) ?? 'person';
  endThinking(run, { agent, runId }, at);
  const key = questionKey(requestId);
  beginSpan(run, { key, kind: 'waiting', agent, runId, label: called?.tool ?? kind }, event);
}

/** `input_response`. */
export function answerQuestion(run: RunDraft, { requestId, at, by }: EventOf<'input_response'>): void {
  endSpan(run, questionKey(requestId), { at, outcome: by === 'expiry' ? 'failed' : 'ok' });
}

/** True while a question waits for a person. */
export function isWaiting(run: RunDraft): boolean {
  return [...run.memory.open.keys()].some((key) => key.startsWith('question '));
}
