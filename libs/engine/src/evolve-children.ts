/** What happens in the tree of runs: which run an event belongs to, and what its parents take from it. */
import type { ChatEvent, EventOf } from '@colloquy/contracts';
import { AppendList } from './append-list.ts';
import { isEngineCall } from './engine-calls.ts';
import { joined } from './join-children.ts';
import { findRun, pathTo, seenBy } from './run-tree.ts';
import { evolveChildTurns } from './speaker-run.ts';
import type { ChatState, ChildRun, RunState, SaidItem } from './types.ts';

type End = EventOf<'run_completed' | 'run_failed' | 'run_cancelled'>;

/** The chat after an event of one of the child runs; undefined when the event is of none that goes on. */
export function evolveChild(
  state: ChatState,
  event: ChatEvent,
  change: (own: ChatState) => ChatState,
): ChatState | undefined {
  const path = pathTo(state.run, event.runId);
  if (path === undefined || path.length < 2) return undefined;
  let { totals } = state;
  const run = along(path, {
    last: (child) => {
      const after = change(seenBy(state, child));
      totals = after.totals;
      const { run: own = child, said } = after;
      return own.origin === undefined ? own : { ...own, origin: { ...own.origin, said } };
    },
    above: (parent) => counted(parent, event),
  });
  return { ...state, totals, run };
}

/** The chat when a child run has begun; undefined when none of its runs has asked for one. */
export function childStarted(state: ChatState, event: EventOf<'run_started'>, fresh: RunState): ChatState | undefined {
  const path = pathTo(state.run, event.parentRunId);
  const { child, branch, mode = 'sequence', parentCallId } = event;
  if (path === undefined || child === undefined || branch === undefined) return undefined;
  const call = parentCallId === undefined ? {} : { callId: parentCallId };
  const run = along(path, {
    last: (parent) => ({
      ...parent,
      claimsInARow: 0,
      speakerRun: evolveChildTurns(parent, parentCallId),
      children: [...parent.children, childOf(inheriting(parent, fresh), seenBy(state, parent), event)],
      childRuns: [...parent.childRuns, { runId: event.runId, child, branch, mode, startedAt: event.at, ...call }],
    }),
    above: (parent) => counted(parent, event),
  });
  return { ...state, run };
}

/** A child run begins with its parent's variables: not said again, or many branches would not fit into one commit. */
function inheriting(parent: RunState, fresh: RunState): RunState {
  return { ...fresh, variables: { ...parent.variables, ...fresh.variables } };
}

/** The chat when a child run has ended; undefined when the event is of none. */
export function childEnded(state: ChatState, event: End): ChatState | undefined {
  const path = pathTo(state.run, event.runId)?.slice(0, -1);
  if (path === undefined || path.length === 0) return undefined;
  const run = along(path, {
    last: (parent) => ({
      ...parent,
      claimsInARow: 0,
      children: parent.children.filter(({ runId }) => runId !== event.runId),
      childRuns: parent.childRuns.flatMap((child) => (child.runId === event.runId ? ended(child, event) : [child])),
    }),
    above: (parent) => counted(parent, event),
  });
  return { ...state, run };
}

/**
 * The turn goes on, or the run ends: what the child runs that the turn waited for have left is said now, in the order of
 * the branches, so that it does not matter which of them was the faster.
 */
export function takeInChildren(state: ChatState, event: ChatEvent): ChatState {
  const { run } = state;
  const runs = run?.childRuns.filter(({ callId }) => callId === undefined) ?? [];
  if (run === undefined || runs.length === 0) return state;
  const { text } = joined(runs);
  const [{ child: agent, runId: messageId }] = runs as [ChildRun];
  const said = text === '' ? state.said : state.said.append({ kind: 'agent', agent, text, seq: event.seq, messageId });
  return { ...state, said, run: { ...run, childRuns: run.childRuns.filter(({ callId }) => callId !== undefined) } };
}

/** Ends that a workflow leads to. Any other is one that something put to it: what it leaves may be half of it. */
const GOOD: ReadonlySet<string> = new Set<Reason['code']>([
  'text_matched',
  'tool_finished',
  'handoff_terminate',
  'no_next_speaker',
  'max_rounds',
]);

type Reason = EventOf<'run_completed'>['reason'];

/** One that was not needed, or was stopped with its parent, leaves nothing. */
function ended(child: ChildRun, event: End): ChildRun[] {
  const at = { seq: event.seq, at: event.at };
  switch (event.type) {
    case 'run_cancelled':
      return [];
    case 'run_failed':
      return [{ ...child, outcome: { ok: false, text: messageOf(event.error), ...at } }];
    case 'run_completed':
      return completed(event).map((outcome) => ({ ...child, outcome: { ...outcome, ...at } }));
  }
}

function completed({ summary = '', ...event }: EventOf<'run_completed'>): Pick<Outcome, 'ok' | 'limited' | 'text'>[] {
  const { code = '', text = '' } = partsOf(event.reason);
  if (code === 'not_needed') return [];
  // So many turns are what it was given: what it has come to by then is heard as any other, but it has not finished.
  if (code === 'max_turns') return [{ ok: true, limited: true, text: summary }];
  return GOOD.has(code) ? [{ ok: true, text: summary }] : [{ ok: false, text: summary === '' ? text : summary }];
}

type Outcome = NonNullable<ChildRun['outcome']>;

/** A log may lack what every event has today. */
function partsOf(reason: Partial<Reason> | null | undefined): Partial<Reason> {
  return reason ?? {};
}

function messageOf(error: Partial<EventOf<'run_failed'>['error']> | null | undefined): string {
  return error?.message ?? '';
}

/** Calls that are not answered yet are no part of what a child run knows: it may be one of them. */
function childOf(fresh: RunState, seen: ChatState, event: EventOf<'run_started'>): RunState {
  const { child = '', branch = '', asked, history, seq } = event;
  const open = new Set(seen.run?.openCalls.map(({ callId }) => callId));
  let said: AppendList<SaidItem> = AppendList.empty();
  if (history === 'all')
    for (const item of seen.said) if (item.kind !== 'call' || !open.has(item.callId)) said = said.append(item);
  const saidBefore = said.length;
  if (asked !== undefined) said = said.append({ kind: 'user', text: asked, seq, messageId: event.runId });
  return { ...fresh, saidBefore, origin: { child, branch, said } };
}

/** The tree with the last run of a path changed, and what stands above it told of it. */
function along(
  [run, ...further]: readonly RunState[],
  change: { readonly last: (run: RunState) => RunState; readonly above: (run: RunState) => RunState },
): RunState {
  const [next] = further;
  if (run === undefined) throw new RangeError('a path has at least one run');
  if (next === undefined) return change.last(run);
  const grown = along(further, change);
  return change.above({ ...run, children: run.children.map((child) => (child === next ? grown : child)) });
}

/** What a child run uses, its parents use too, calls of the engine aside; and when it gets further, they do. */
function counted(parent: RunState, event: ChatEvent): RunState {
  const child = findRun(parent, event.runId);
  const moved = parent.claimsInARow > 0 && child?.claimsInARow === 0 ? { ...parent, claimsInARow: 0 } : parent;
  if (event.type === 'tool_call') return isEngineCall(event) ? moved : { ...moved, toolCalls: moved.toolCalls + 1 };
  if (event.type !== 'usage') return moved;
  return {
    ...moved,
    tokens: moved.tokens + count(event.promptTokens) + count(event.completionTokens),
    costMicroUsd: moved.costMicroUsd + count(event.costMicroUsd),
  };
}

/** A number that stands for an amount; anything else is none. */
export function count(value: number | null | undefined): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}
