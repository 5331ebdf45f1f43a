/** What the answers of models and tools put on the log. */
import type { NewEvent, NewEventOf, WorkflowDefinition } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { addUsage } from './cut-off.ts';
import { engineResponse, isEngineCall } from './engine-calls.ts';
import { pendingCheck } from './guard-step.ts';
import { modelVerdictEvents } from './guardrail-verdict.ts';
import { holdsReplies } from './guardrails.ts';
import { holdReply, releaseHeld, replyOf } from './held-reply.ts';
import { judgeReply } from './judge-reply.ts';
import { answerEvents, type AnsweredCall } from './judge-result.ts';
import { agentOf } from './model-tools.ts';
import type { MessageUsage } from './read-held.ts';
import { startOf } from './release-reply.ts';
import { contextOf } from './run-context.ts';
import { selectionEvents } from './select-speaker.ts';
import { parsedReply } from './structured-output.ts';
import { summaryEvents } from './summary-reply.ts';
import { titleEvents } from './title.ts';
import type { ChatState, ModelRequest, ModelResult, ToolResult, ToolRun } from './types.ts';

interface Reply {
  readonly request: ModelRequest;
  readonly result: ModelResult;
}

/**
 * All events that follow from one reply of a model, for one commit. None when its run is not going on any more.
 * The first handoff of a reply counts, further ones are left out; a title is made only where there is none.
 * @param state - as the run that asked sees it (see Context)
 */
export function replyEvents(
  state: ChatState,
  workflow: WorkflowDefinition | undefined,
  { request, result }: Reply,
): NewEvent[] {
  const context = contextOf(state, workflow);
  // Nobody knows what the reply is for without the definition; the next step says so.
  if (context === undefined) return usageAlone(state, { request, result });
  const usage = usageOf(state, context.run.runId, { request, result });
  switch (request.purpose) {
    case 'title':
      return [usage, ...titleEvents(state, result.text, context.workflow.title)];
    case 'select_speaker':
      return selectionEvents(context, { request, result }, usage);
    case 'guardrail':
      return [usage, ...verdictEvents(context, { request, result })];
    case 'summary':
      return [usage, ...summaryEvents(context, { request, result })];
    case 'reply':
      return spoken(context, { request, result }, usage);
  }
}

function usageAlone(state: ChatState, reply: Reply): NewEvent[] {
  return state.run === undefined ? [] : [usageOf(state, state.run.runId, reply)];
}

/** A verdict on something that does not wait for it any more counts for nothing. */
function verdictEvents(context: Context, { request, result }: Reply): NewEvent[] {
  const check = pendingCheck(context);
  const wanted = check?.guardrail.name === request.check?.guardrail && check?.subject.about === request.check?.about;
  return check !== undefined && wanted ? modelVerdictEvents(context, check, result) : [];
}

function spoken(context: Context, { request, result }: Reply, usage: NewEventOf<'usage'>): NewEvent[] {
  const { agent } = request;
  const kept = { ...result, spent: spentOf(usage) };
  const reply = replyOf(context, agent, kept);
  if (isInvalid(context, { request, result }, result.toolCalls.length > 0)) {
    return [...rejected(context, { request, result }), usage];
  }
  const judged = judgeReply(context, reply);
  if (judged.wants !== undefined) return [holdReply(context, agent, kept), usage];
  return releaseHeld(context, reply, { judged, usage });
}

/** What the message took: the numbers of the usage event of its call. */
function spentOf({ model, promptTokens, completionTokens, costMicroUsd, ms }: NewEventOf<'usage'>): MessageUsage {
  return { model, promptTokens, completionTokens, costMicroUsd, ms };
}

/** A reply with calls is not the agent's last word of the turn: it need not be what its schema wants. */
function isInvalid({ workflow }: Context, { request, result }: Reply, calls: boolean): boolean {
  const output = agentOf(workflow, request.agent)?.output;
  return output !== undefined && !calls && 'fault' in parsedReply(output, result.text);
}

/** What nobody may see before guardrails have passed it is not shown here either. */
function rejected(context: Context, { request: { agent }, result }: Reply): NewEvent[] {
  const { messageId, model } = result;
  const text = holdsReplies(context.workflow, agent) ? '' : result.text;
  return [
    ...startOf(context, { agent, messageId, kind: 'text', model }),
    { type: 'message_aborted', runId: context.run.runId, agent, messageId, text, reason: 'invalid' },
  ];
}

function usageOf(state: ChatState, runId: string, { request, result }: Reply): NewEventOf<'usage'> {
  const { promptTokens, cachedTokens, completionTokens, estimated } = result.usage;
  const { model, costMicroUsd, ms, firstTokenMs } = result;
  const event: NewEventOf<'usage'> = {
    type: 'usage',
    runId,
    agent: request.agent,
    purpose: request.purpose,
    model,
    promptTokens,
    cachedTokens,
    completionTokens,
    costMicroUsd,
    ms,
    firstTokenMs,
    totals: addUsage(state.totals, result),
  };
  if (estimated !== undefined) event.estimated = estimated;
  return event;
}

/**
 * The events of one tool's answer. None when the call is not open any more: the run was stopped meanwhile.
 * @param state - as the run whose call it is sees it (see Context)
 */
export function toolEvents(
  state: ChatState,
  workflow: WorkflowDefinition | undefined,
  { run: toolRun, result }: { readonly run: ToolRun; readonly result: ToolResult },
): NewEvent[] {
  const { callId, agent, tool } = toolRun;
  const context = contextOf(state, workflow);
  const run = context?.run ?? state.run;
  const call = run?.openCalls.find((open) => open.callId === callId);
  if (run === undefined || call === undefined) return [];
  const answered: AnsweredCall = { callId, agent, tool: tool.name, result };
  // No guardrail looks at what the engine asks for itself: it would have to look at its own answers.
  if (isEngineCall(call)) return [engineResponse(run, call, result)];
  if (context === undefined) return [{ type: 'tool_response', runId: run.runId, agent, callId, ...result }];
  return answerEvents(context, answered);
}
