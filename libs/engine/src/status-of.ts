import type { ChatStatus, WorkflowDefinition } from '@colloquy/contracts';
import { next } from './next.ts';
import type { ChatState } from './types.ts';

/**
 * How a chat stands, by its log alone: `waiting` when all that is open of its run is a question to a person.
 * Without the definition of the run it cannot see what a finished step leads to; `isAtRest` does.
 */
export function statusOf(state: ChatState): ChatStatus {
  const { run } = state;
  if (state.deletedAt !== undefined) return 'idle';
  if (run === undefined) return state.inbox.length === 0 ? 'idle' : 'running';
  if (run.openRequests.length === 0 || run.openMessages.length > 0) return 'running';
  const asked = new Set(run.openRequests.map(({ callId }) => callId));
  return run.openCalls.every(({ callId }) => asked.has(callId)) ? 'waiting' : 'running';
}

/** True when there is nothing to do until a command comes. */
export function isAtRest(state: ChatState, workflow: WorkflowDefinition | undefined): boolean {
  return next(state, workflow).kind === 'rest';
}
