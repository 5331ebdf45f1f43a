/** What agents do, in spans of time: one lane for each agent of a run. */
import { SharedList } from './chat-view-list.ts';
import type { LaneDraft, RunDraft } from './run-view-draft.ts';
import type { RunView, Span, SpanKind } from './run-view-state.ts';

/** When something happened. */
export interface Moment {
  readonly seq: number;
  readonly at: string;
}

/** What begins. */
export interface NewSpan {
  readonly key: string;
  readonly kind: SpanKind;
  readonly agent: string;
  readonly runId: string;
  readonly label?: string | undefined;
}

/** The lane of an agent; a new one when it has none. */
export function laneOf(run: RunDraft, agent: string): LaneDraft {
  const known = run.lanes.find((lane) => lane.agent === agent);
  if (known !== undefined) return known;
  const lane = { agent, turns: 0, spans: SharedList.of<Span>() };
  run.lanes.push(lane);
  return lane;
}

/** Begins a span; one of the same key that goes on is left as it is, and in a run that has ended nothing begins. */
export function beginSpan(run: RunDraft, span: NewSpan, { seq, at }: Moment): void {
  if (run.memory.open.has(span.key) || hasEnded(run, span.runId)) return;
  const lane = laneOf(run, span.agent);
  const { key, kind, agent, runId, label } = span;
  lane.spans = lane.spans.push({
    ...{ key, kind, agent, runId, seq, label },
    ...{ startedAt: at, endedAt: undefined, outcome: 'open', ms: undefined },
  });
  run.memory.open.set(key, { lane: run.lanes.indexOf(lane), span: lane.spans.length - 1 });
}

/** Ends a span; without one of that key that goes on it does nothing. Gives the span as it is then. */
export function endSpan(
  run: RunDraft,
  key: string,
  end: { readonly at: string; readonly outcome: Span['outcome']; readonly ms?: number | undefined },
): Span | undefined {
  const place = run.memory.open.get(key);
  if (place === undefined) return undefined;
  run.memory.open.delete(key);
  const lane = run.lanes[place.lane];
  const span = lane?.spans.at(place.span);
  if (lane === undefined || span === undefined) return undefined;
  const ended = { ...span, endedAt: end.at, outcome: end.outcome, ms: end.ms };
  lane.spans = lane.spans.with(place.span, ended);
  return ended;
}

/** Ends every span that goes on in a run or a child run. */
export function endAllSpans(run: RunDraft, runId: string | undefined, at: string): void {
  for (const [key, { lane, span }] of [...run.memory.open]) {
    const found = run.lanes[lane]?.spans.at(span);
    if (runId === undefined || found?.runId === runId) endSpan(run, key, { at, outcome: 'aborted' });
  }
}

/** What an agent does in a run at this moment, oldest first. */
export function openSpansOf({ lanes, memory }: RunView, agent: string): readonly Span[] {
  return [...memory.open.values()].flatMap(({ lane, span }) => {
    const found = lanes[lane]?.agent === agent ? lanes[lane].spans.at(span) : undefined;
    return found ?? [];
  });
}

/** Key of the span in which an agent has the turn and nothing is seen of it. */
export const thinkingKey = (runId: string, agent: string): string => `thinking ${runId} ${agent}`;

/** It is an agent's move: from now on it thinks, until something is seen of it. */
export function beginThinking(
  run: RunDraft,
  who: { readonly agent: string; readonly runId: string },
  now: Moment,
): void {
  const { agent, runId } = who;
  beginSpan(run, { key: thinkingKey(runId, agent), kind: 'thinking', agent, runId }, now);
}

/** Something is seen of the agent. */
export function endThinking(run: RunDraft, who: { readonly agent: string; readonly runId: string }, at: string): void {
  endSpan(run, thinkingKey(who.runId, who.agent), { at, outcome: 'ok' });
}

function hasEnded(run: RunDraft, runId: string): boolean {
  return (
    run.endedAt !== undefined || run.branches.some((branch) => branch.runId === runId && branch.endedAt !== undefined)
  );
}

/** Key of the span of a message. */
export const messageKey = (messageId: string): string => `message ${messageId}`;
