/**
 * What becomes of a run whose model call has failed for good.
 *
 * Invariants (tests name them):
 * L1  An agent's models are tried in their order, each of them once in a run: falling back comes to an end.
 * L2  Which one answers is on the log, so a takeover goes on with it.
 */
import type { AgentDefinition, NewEvent } from '@colloquy/contracts';
import { agentRunOf } from './agent-run.ts';
import type { Context } from './context.ts';
import type { CutOff } from './cut-off.ts';
import { failureEvents, retriedEvents } from './end-run.ts';
import { agentOf } from './model-tools.ts';
import { contextOf } from './run-context.ts';
import { unchosenEvents } from './select-speaker.ts';
import { titleEvents } from './title.ts';
import type { ChatState, ModelRequest, RunState } from './types.ts';

/** Why a model call came to nothing, in words for a person. */
export interface FailedCall {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** What became of a model call that will not be tried again. */
interface Failed {
  readonly request: ModelRequest;
  readonly failure: FailedCall;
  readonly cutOff: CutOff;
  /** Under which name a model is asked: two of a definition may be the same one. Default: its own. */
  readonly modelName?: (model: string) => string;
}

/** The model that answers for an agent in this run: its own, or the one that it has fallen back to. */
export function modelOf(run: RunState, { name, model }: AgentDefinition): string {
  const { models } = agentRunOf(run);
  return (Object.hasOwn(models, name) ? models[name] : undefined) ?? model;
}

/**
 * The events of a model call that will not be tried again: the next model of its agent goes on; a choice of a speaker and
 * a title are made without a model; else the run has failed.
 * @param state - as the run that asked sees it (see Context)
 */
export function failedCallEvents(
  state: ChatState,
  workflow: Context['workflow'] | undefined,
  failed: Failed,
): NewEvent[] {
  const { failure, cutOff } = failed;
  const context = contextOf(state, workflow);
  const instead = context === undefined ? undefined : insteadOf(context, failed);
  if (instead === undefined) return failureEvents(state, { ...failure, ...cutOff });
  return [...retriedEvents(state, cutOff), ...instead];
}

function insteadOf(context: Context, failed: Failed): NewEvent[] | undefined {
  const { request, failure } = failed;
  switch (request.purpose) {
    // The answer is there, so the run has not failed: the first words are the title.
    case 'title':
      return titleEvents(context.state, '', context.workflow.title);
    case 'select_speaker':
      return unchosenEvents(context, request, failure);
    case 'reply':
    case 'summary':
      return fallBack(context, failed);
    case 'guardrail':
      return undefined;
  }
}

function fallBack({ run, workflow }: Context, { request, failure, modelName }: Failed): NewEvent[] | undefined {
  const agent = agentOf(workflow, request.agent);
  // A summary may be made by a model of its own.
  if (agent === undefined || request.model !== modelOf(run, agent)) return undefined;
  const to = modelAfter(request.model, agent, modelName);
  if (to === undefined) return undefined;
  const { code, message } = failure;
  const error = { code, message };
  return [{ type: 'model_changed', runId: run.runId, agent: agent.name, from: request.model, to, error }];
}

/** The next one in the agent's list, in which each model stands once, under whatever name. */
function modelAfter(
  current: string,
  { model, fallbacks = [] }: AgentDefinition,
  modelName: (model: string) => string = (name) => name,
): string | undefined {
  const byName = new Map<string, string>();
  for (const each of [model, ...fallbacks]) if (!byName.has(modelName(each))) byName.set(modelName(each), each);
  const names = [...byName.keys()];
  const [, to] = [...byName][names.indexOf(modelName(current)) + 1] ?? [];
  return to;
}
