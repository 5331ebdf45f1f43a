/** Tool cards and questions. A question about a call is shown on the call's card. */
import type { EventOf } from '@colloquy/contracts';
import { resettle, settle, withEntry, without, type Draft } from './chat-view-draft.ts';
import type { Entry, Question, ToolEntry } from './chat-view-entries.ts';

/** `tool_call`: the card has all its arguments now. */
export function recordCall(draft: Draft, event: EventOf<'tool_call'>): void {
  draft.callFacts.set(event.callId, event.seq);
  const { seq, at, callId, runId, agent, tool } = event;
  const index = settle(draft, {
    kind: 'tool',
    key: callId,
    seq,
    at,
    callId,
    runId,
    agent,
    tool,
    argumentsText: '',
    arguments: event.arguments,
    state: event.approval === 'required' ? 'waiting' : 'requested',
    progress: '',
    attempts: 0,
    ...cutMark(event),
  });
  draft.calls = withEntry(draft.calls, callId, index);
}

/** `tool_started`. */
export function startCall(draft: Draft, event: EventOf<'tool_started'>): void {
  changeCall(draft, event.callId, (card) => ({
    ...card,
    state: 'running',
    attempts: event.attempt,
    startedAt: event.at,
    progress: '',
  }));
}

/** `tool_response`. What the tool said while it ran gives way to its answer. */
export function answerCall(draft: Draft, event: EventOf<'tool_response'>): void {
  const { ok, result, error, ms } = event;
  changeCall(draft, event.callId, (card) => ({
    ...card,
    state: stateAfter(card, ok),
    progress: '',
    ms,
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
    ...cutMark(event),
  }));
  draft.calls = without(draft.calls, event.callId);
}

function stateAfter(card: ToolEntry, ok: boolean): ToolEntry['state'] {
  if (ok) return 'ok';
  return card.state === 'declined' ? 'declined' : 'failed';
}

/** `input_request`. */
export function ask(draft: Draft, event: EventOf<'input_request'>): void {
  const question = questionOf(event);
  const place = event.callId === undefined ? undefined : draft.calls.get(event.callId);
  const index =
    place ?? settle(draft, { kind: 'question', key: event.requestId, seq: event.seq, at: event.at, question });
  if (place !== undefined) {
    resettle(draft, place, (entry) =>
      entry.kind === 'tool'
        ? { ...entry, question, state: event.kind === 'approval' ? 'waiting' : entry.state }
        : entry,
    );
  }
  draft.requests = withEntry(draft.requests, event.requestId, index);
}

/** A question as it is asked; also from a document's list of those that wait. */
export function questionOf(
  asked: Pick<EventOf<'input_request'>, 'requestId' | 'runId' | 'agent' | 'kind' | 'prompt' | 'schema' | 'expiresAt'>,
): Question {
  const { requestId, runId, agent, kind, prompt, schema, expiresAt } = asked;
  return {
    requestId,
    runId,
    ...(agent === undefined ? {} : { agent }),
    inputKind: kind,
    prompt,
    ...(schema === undefined ? {} : { schema }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    state: 'pending',
  };
}

/** `input_response`: the first valid answer. */
export function answerQuestion(draft: Draft, event: EventOf<'input_response'>): void {
  const { by, value, comment, at } = event;
  const answer = { by, value, ...(comment === undefined ? {} : { comment }), at };
  resettle(draft, draft.requests.get(event.requestId), (entry) => withAnswer(entry, answer));
  draft.requests = without(draft.requests, event.requestId);
}

function withAnswer(entry: Entry, answer: NonNullable<Question['answer']>): Entry {
  if ((entry.kind !== 'tool' && entry.kind !== 'question') || entry.question === undefined) return entry;
  const question: Question = { ...entry.question, state: 'answered', answer };
  if (entry.kind === 'question') return { ...entry, question };
  if (question.inputKind !== 'approval') return { ...entry, question };
  return { ...entry, question, state: answer.value === true ? 'approved' : 'declined' };
}

/** Closes the questions of a run that ended before they were answered. */
export function closeQuestions(draft: Draft, runId: string): void {
  for (const [requestId, index] of draft.requests) {
    const entry = draft.settled.at(index);
    if ((entry?.kind !== 'tool' && entry?.kind !== 'question') || entry.question?.runId !== runId) continue;
    const question: Question = { ...entry.question, state: 'closed' };
    draft.settled = draft.settled.with(index, { ...entry, question });
    draft.requests = without(draft.requests, requestId);
  }
}

/** Changes the card of a call that has no answer yet. */
export function changeCall(draft: Draft, callId: string, change: (card: ToolEntry) => ToolEntry): void {
  resettle(draft, draft.calls.get(callId), (entry) => (entry.kind === 'tool' ? change(entry) : entry));
}

function cutMark(event: object): { readonly truncated?: true } {
  return 'truncated' in event && event.truncated === true ? { truncated: true } : {};
}
