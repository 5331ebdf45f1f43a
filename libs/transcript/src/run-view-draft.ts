/** A view of runs while events are applied: what is touched is copied, once a batch. */
import { SharedList } from './chat-view-list.ts';
import type { RunMemory, RunsView, RunView, UsageRow } from './run-view-state.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type MutableList<T> = T extends readonly (infer E)[] ? E[] : T;
type MutableMap<T> = T extends ReadonlyMap<infer K, infer V> ? Map<K, V> : T;

/** A lane that may be written. */
export type LaneDraft = Mutable<RunView['lanes'][number]>;

/** A run that may be written; its spans, rows and long lists are replaced, never changed. */
export type RunDraft = Mutable<{
  [K in keyof Omit<RunView, 'lanes' | 'memory' | 'usage'>]: MutableList<RunView[K]>;
}> & {
  lanes: LaneDraft[];
  usage: readonly UsageRow[];
  memory: Mutable<{ [K in keyof RunMemory]: MutableMap<RunMemory[K]> }>;
};

/** The runs while a batch is applied. */
export interface RunsDraft extends Mutable<RunsView> {
  /** Adds a run; gives its place. */
  begin(run: RunView): number;
  /** The run at this place, to write. */
  change(index: number): RunDraft;
}

/** A draft of this view. */
export function draftRuns(view: RunsView): RunsDraft {
  const changed = new Map<number, RunDraft>();
  const draft: RunsDraft = {
    ...view,
    begin(run) {
      const place = draft.runs.length;
      draft.runs = draft.runs.push(run);
      draft.rootOf = draft.rootOf.add(run.runId, place);
      return place;
    },
    change(index) {
      const known = changed.get(index);
      if (known !== undefined) return known;
      const run = draft.runs.at(index);
      if (run === undefined) throw new RangeError(`there is no run at ${String(index)}`);
      const copy = copyOf(run);
      changed.set(index, copy);
      draft.runs = draft.runs.with(index, copy);
      return copy;
    },
  };
  return draft;
}

function copyOf(run: RunView): RunDraft {
  const { speakers, joined, open, calls } = run.memory;
  return {
    ...run,
    lanes: run.lanes.map((lane) => ({ ...lane })),
    ways: [...run.ways],
    branches: [...run.branches],
    incidents: [...run.incidents],
    memory: {
      speakers: new Map(speakers),
      joined: new Map(joined),
      open: new Map(open),
      calls: new Map(calls),
    },
  };
}

/** The view that a draft has become; it is not to be written any more. */
export function finishRuns({ lastSeq, runs, rootOf, usage }: RunsDraft): RunsView {
  return { lastSeq, runs, rootOf, usage };
}

/** A run of which only the beginning is known. */
export function newRun(begun: {
  readonly runId: string;
  readonly seq: number;
  readonly at: string;
  readonly workflow?: string;
  readonly deadlineAt?: string | undefined;
}): RunView {
  const { runId, seq, at, workflow = '', deadlineAt } = begun;
  return {
    runId,
    workflow,
    startSeq: seq,
    startedAt: at,
    lastSeq: seq,
    lastAt: at,
    endedAt: undefined,
    deadlineAt,
    status: 'running',
    reason: undefined,
    undone: false,
    lanes: [],
    handoffs: SharedList.of(),
    steps: SharedList.of(),
    ways: [],
    usage: [],
    branches: [],
    context: SharedList.of(),
    incidents: [],
    memory: { speakers: new Map(), joined: new Map(), open: new Map(), calls: new Map() },
  };
}
