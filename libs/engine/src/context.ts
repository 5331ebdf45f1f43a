import type { AgentDefinition, NewEvent, NewEventOf, WorkflowDefinition } from '@colloquy/contracts';
import type { ChatState, OpenCall, RunState, Step } from './types.ts';

/**
 * A run that is going on, and the definition that it uses. Of a child run it is all as that knows it: `state.run` is the
 * child, `state.said` what its agents know, `workflow` has its agents, its pattern and its limits.
 */
export interface Context {
  readonly state: ChatState;
  readonly run: RunState;
  readonly workflow: WorkflowDefinition;
  /** Of a child run: the workflow that its branch is a part of, how deep it stands below the chat's own run, and its parent. */
  readonly within?: { readonly workflow: WorkflowDefinition; readonly depth: number; readonly parent: Context };
}

/** Why a run comes to its end by itself. */
export type CompletionCode = NewEventOf<'run_completed'>['reason']['code'];

/** Events that follow from the state alone. */
export function decide(events: readonly NewEvent[]): Step {
  return { kind: 'decide', events };
}

/** What a person calls an agent. */
export function titleOf(workflow: WorkflowDefinition, name: string): string {
  const agent: AgentDefinition | undefined = workflow.agents.find((candidate) => candidate.name === name);
  return agent === undefined || agent.title === '' ? name : agent.title;
}

/** The response to a call that did not run, or whose answer nobody has. */
export function failedResponse(run: RunState, call: OpenCall, error: { code: string; message: string }): NewEvent {
  return { type: 'tool_response', runId: run.runId, agent: call.agent, callId: call.callId, ok: false, error, ms: 0 };
}

/** A response for every call that is still open. */
export function closedCalls(run: RunState, error: { code: string; message: string }): NewEvent[] {
  return run.openCalls.map((call) => failedResponse(run, call, error));
}

/** The end of a run, with a response for every call that is still open. */
export function completion(run: RunState, code: CompletionCode, text: string): NewEvent[] {
  const closed = closedCalls(run, { code, message: text });
  return [...closed, { type: 'run_completed', runId: run.runId, reason: { code, text } }];
}

/** The end of a run that cannot go on, with a response for every call that is still open. */
export function failure(run: RunState, error: NewEventOf<'run_failed'>['error']): NewEvent[] {
  const { code, message } = error;
  return [...closedCalls(run, { code, message }), { type: 'run_failed', runId: run.runId, error }];
}
