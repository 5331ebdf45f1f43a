/** What comes before an agent speaks, and what its model is asked then. */
import type { AgentDefinition } from '@colloquy/contracts';
import { agentRunOf } from './agent-run.ts';
import { completion, decide, failure, type Context } from './context.ts';
import { fittedView, summariseStep } from './context-policy.ts';
import { contextHandoffStep } from './context-handoffs.ts';
import type { Draft } from './draft.ts';
import { modelOf } from './fallbacks.ts';
import { inputStep } from './guard-step.ts';
import { holdsReplies } from './guardrails.ts';
import { agentOf } from './model-tools.ts';
import { offeredTools } from './offered-tools.ts';
import { askBeforeEnd, askBeforeTurn, hasHadItsTurns } from './person-turn.ts';
import { responseFormatOf } from './structured-output.ts';
import { terminationReason } from './terminations.ts';
import type { ModelRequest, Step } from './types.ts';
import { updateEvents } from './update-hooks.ts';

/**
 * The step by which what was said ends the run, or by which a person had it go on. Undefined when neither is the case.
 */
export function endingStep(context: Context): Step | undefined {
  const { run, workflow } = context;
  if (run.speaker !== undefined && agentRunOf(run).goOn) {
    return decide([{ type: 'speaker_selected', runId: run.runId, agent: run.speaker, by: 'human' }]);
  }
  const why = terminationReason(context);
  if (why === undefined) return undefined;
  return askBeforeEnd(context, agentOf(workflow, run.speaker), why) ?? decide(completion(run, 'text_matched', why));
}

/**
 * The step by which the agent that has the turn speaks, or what comes before that. Undefined when it has had all its
 * turns: what comes after it decides without it.
 */
export function speakStep(context: Context, agent: AgentDefinition): Step | undefined {
  if (hasHadItsTurns(context, agent)) {
    const why = `It has spoken ${String(agent.maxReplies)} times.`;
    return askBeforeEnd(context, agent, why);
  }
  const updates = updateEvents(context, agent);
  if (updates.length > 0) return decide(updates);
  return contextHandoffStep(context, agent) ?? askedOrCalled(context, agent);
}

function askedOrCalled(context: Context, agent: AgentDefinition): Step {
  return (
    askBeforeTurn(context, agent) ??
    inputStep(context, agent.name) ??
    rejectionStep(context, agent) ??
    summariseStep(context, agent) ??
    callStep(context, agent)
  );
}

/** A model that does not come to what it must come to fails the run: the agents after it count on its reply. */
function rejectionStep({ run }: Context, { name, output }: AgentDefinition): Step | undefined {
  const { rejected } = agentRunOf(run);
  if (output === undefined || rejected.length <= output.maxRetries) return undefined;
  const message = `${name} gave no reply of the form that it must have, in ${String(rejected.length)} tries.`;
  return decide(failure(run, { code: 'invalid_output', message, retryable: false }));
}

function callStep(context: Context, agent: AgentDefinition): Step {
  const { name, parameters } = agent;
  const model = modelOf(context.run, agent);
  const messages = fittedView(context, agent);
  const tools = offeredTools(context, agent);
  const request: Draft<ModelRequest> = { agent: name, purpose: 'reply', model, parameters, messages, tools };
  const { responseFormat } = responseFormatOf(agent);
  if (responseFormat !== undefined) request.responseFormat = responseFormat;
  if (holdsReplies(context.workflow, name)) request.hold = true;
  return { kind: 'call_model', request };
}
