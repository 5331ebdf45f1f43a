/** The course of a run: turns, handoffs, child runs, variables, and its end. */
import type { EventOf, Json } from '@colloquy/contracts';
import type { RunDraft } from './run-view-draft.ts';
import { beginThinking, endAllSpans, laneOf, type Moment } from './run-view-spans.ts';
import type { Incident } from './run-view-state.ts';

/** `speaker_selected`. */
export function giveTurn(run: RunDraft, event: EventOf<'speaker_selected'>): void {
  const { agent, runId, seq, at } = event;
  const { speakers, joined } = run.memory;
  const before = speakers.get(runId) ?? askerOf(run, runId);
  const from = [...new Set([...(before === undefined ? [] : [before]), ...(joined.get(runId) ?? [])])];
  // Who had the turn has said what it had to say.
  endAllSpans(run, runId, at);
  laneOf(run, agent).turns += 1;
  speakers.set(runId, agent);
  joined.delete(runId);
  run.steps = run.steps.push({ seq, at, runId, from, to: agent });
  goWay(run, from, agent);
  beginThinking(run, event, event);
}

function goWay(run: RunDraft, from: readonly string[], to: string): void {
  const key = from.join('\n');
  const index = run.ways.findIndex((way) => way.to === to && way.from.join('\n') === key);
  const way = run.ways[index];
  if (way === undefined) run.ways.push({ from, to, taken: 1 });
  else run.ways[index] = { ...way, taken: way.taken + 1 };
}

/** Who speaks in the run that asked for a child run. */
function askerOf(run: RunDraft, runId: string): string | undefined {
  const parent = run.branches.find((branch) => branch.runId === runId)?.parentRunId;
  return parent === undefined ? undefined : run.memory.speakers.get(parent);
}

/** `handoff`. */
export function handOver(run: RunDraft, event: EventOf<'handoff'>): void {
  const { seq, at, runId, from, to, by, reason } = event;
  run.handoffs = run.handoffs.push({ seq, at, runId, from, to, by, reason });
}

/** `run_started` of a child run. */
export function startBranch(run: RunDraft, event: EventOf<'run_started'> & { readonly parentRunId: string }): void {
  const { runId, parentRunId, child, branch, at } = event;
  run.branches.push({ runId, parentRunId, child, branch, status: 'running', startedAt: at, endedAt: undefined });
}

/** `context_updated`. Its values are private: outside the services they are not there. */
export function changeContext(run: RunDraft, event: EventOf<'context_updated'>): void {
  const { seq, at, runId, agent } = event;
  const set: unknown = Reflect.get(event, 'set');
  const known = typeof set === 'object' && set !== null ? (set as Readonly<Record<string, Json>>) : undefined;
  run.context = run.context.push({ seq, at, runId, agent, set: known });
}

/** Something that was mended. */
export function note(
  run: RunDraft,
  { seq, at, agent }: Moment & { readonly agent?: string | undefined },
  { kind, text }: { readonly kind: Incident['kind']; readonly text?: string },
): void {
  run.incidents.push({ seq, at, kind, agent, text });
}

type End = EventOf<'run_completed' | 'run_failed' | 'run_cancelled'>;

const STATUS = { run_completed: 'completed', run_failed: 'failed', run_cancelled: 'cancelled' } as const;

/** The end of a run, or of a child run. */
export function endRun(run: RunDraft, event: End): void {
  const { runId, at } = event;
  const status = STATUS[event.type];
  if (runId !== run.runId) {
    endBranch(run, event);
    return;
  }
  endAllSpans(run, undefined, at);
  run.memory.calls.clear();
  run.status = status;
  run.endedAt = at;
  run.reason = reasonOf(event);
  run.branches = run.branches.map((branch) =>
    branch.endedAt === undefined ? { ...branch, status, endedAt: at } : branch,
  );
}

function endBranch(run: RunDraft, { runId, type, at }: End): void {
  endAllSpans(run, runId, at);
  for (const [callId, call] of run.memory.calls) if (call.runId === runId) run.memory.calls.delete(callId);
  const index = run.branches.findIndex((branch) => branch.runId === runId);
  const branch = run.branches[index];
  if (branch === undefined) return;
  run.branches[index] = { ...branch, status: STATUS[type], endedAt: at };
  const { speakers, joined } = run.memory;
  const last = speakers.get(runId);
  if (last !== undefined) joined.set(branch.parentRunId, [...(joined.get(branch.parentRunId) ?? []), last]);
}

function reasonOf(event: End): RunDraft['reason'] {
  if (event.type === 'run_completed') return event.reason;
  return event.type === 'run_failed' ? { code: event.error.code, text: event.error.message } : undefined;
}
