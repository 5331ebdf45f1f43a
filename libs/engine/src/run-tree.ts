/** The run of a chat and its child runs, as a tree. */
import type { ChatState, RunState } from './types.ts';

/** A run may have child runs, those children of their own, and so on: so deep at most. */
export const MAX_DEPTH = 4;

/** The runs from the chat's own down to one of them; undefined when it does not go on. */
export function pathTo(run: RunState | undefined, runId: string | undefined): readonly RunState[] | undefined {
  if (run === undefined || runId === undefined) return undefined;
  if (run.runId === runId) return [run];
  for (const child of run.children) {
    const path = pathTo(child, runId);
    if (path !== undefined) return [run, ...path];
  }
  return undefined;
}

/** A run that goes on, anywhere in the tree. */
export function findRun(run: RunState | undefined, runId: string | undefined): RunState | undefined {
  return pathTo(run, runId)?.at(-1);
}

/** All runs that go on: children, in the order in which they began, before their parent. */
export function runsOf(run: RunState | undefined): readonly RunState[] {
  return run === undefined ? [] : [...run.children.flatMap(runsOf), run];
}

/** The chat as a run sees it: the run itself, and what was said as its agents know it. */
export function seenBy(state: ChatState, run: RunState): ChatState {
  return run.origin === undefined ? { ...state, run } : { ...state, run, said: run.origin.said };
}

/** The run of the tree that waits for an answer; undefined when nobody does. */
export function runOfRequest({ run }: ChatState, requestId: string): RunState | undefined {
  return runsOf(run).find(({ openRequests }) => openRequests.some((request) => request.requestId === requestId));
}
