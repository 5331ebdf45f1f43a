import type { ChatStatus, WorkflowDefinition } from '@colloquy/contracts';
import { next } from './next.ts';
import type { ChatState, RunState } from './types.ts';

/**
 * How a chat stands, by its log alone: `waiting` when all that is open of its run is a question to a person.
 * Without the definition of the run it cannot see what a finished step leads to; `isAtRest` does.
 */
export function statusOf(state: ChatState): ChatStatus {
  const { run } = state;
  if (state.deletedAt !== undefined) return 'idle';
  if (run === undefined) return state.inbox.length === 0 ? 'idle' : 'running';
  return waits(run) ? 'waiting' : 'running';
}

/** True when all that is open of a run is questions, its own or those of its child runs. */
function waits({ openRequests, openMessages, openCalls, children, childRuns }: RunState): boolean {
  if (openMessages.length > 0 || openRequests.length + children.length === 0) return false;
  const going = new Set(children.map(({ runId }) => runId));
  const asked = new Set([
    ...openRequests.map(({ callId }) => callId),
    ...childRuns.filter(({ runId }) => going.has(runId)).map(({ callId }) => callId),
  ]);
  return openCalls.every(({ callId }) => asked.has(callId)) && children.every(waits);
}

/** True when there is nothing to do until a command comes. */
export function isAtRest(state: ChatState, workflow: WorkflowDefinition | undefined): boolean {
  return next(state, workflow).kind === 'rest';
}
