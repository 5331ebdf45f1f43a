import type { Json, NewEvent, WorkflowDefinition } from '@colloquy/contracts';
import { addUsage } from './cut-off.ts';
import { agentOf, handoffTools, ownTools, type HandoffTool } from './model-tools.ts';
import { titleEvents } from './title.ts';
import type { ChatState, ModelRequest, ModelResult, RunState, ToolResult, ToolRun } from './types.ts';

interface Reply {
  readonly run: RunState;
  readonly request: ModelRequest;
  readonly result: ModelResult;
}

/**
 * All events that follow from one reply of a model, for one commit. None when no run is going on any more.
 * The first handoff of a reply counts, further ones are left out; a title is made only where there is none.
 */
export function replyEvents(
  state: ChatState,
  workflow: WorkflowDefinition | undefined,
  { request, result }: { request: ModelRequest; result: ModelResult },
): NewEvent[] {
  const { run } = state;
  if (run === undefined) return [];
  const reply = { run, request, result };
  if (request.purpose === 'title') return [usageOf(state, reply), ...titleEvents(state, result.text, workflow?.title)];
  const handoffs = handoffsOf(workflow, request.agent);
  const chosen = result.toolCalls.find(({ tool }) => handoffs.has(tool));
  const calls = result.toolCalls.filter(({ tool }) => !handoffs.has(tool));
  return [
    ...reasoningOf(reply),
    ...textOf(reply),
    ...calls.map((call) => callOf(workflow, reply, call)),
    usageOf(state, reply),
    ...handoffOf(reply, chosen, handoffs),
  ];
}

function handoffsOf(workflow: WorkflowDefinition | undefined, name: string): ReadonlyMap<string, HandoffTool> {
  const agent = workflow === undefined ? undefined : agentOf(workflow, name);
  const tools = agent === undefined ? [] : handoffTools(agent);
  return new Map([...tools].reverse().map((handoff) => [handoff.tool.name, handoff]));
}

function startOf({ run, request, result }: Reply, messageId: string, kind: 'text' | 'reasoning'): NewEvent[] {
  if (run.openMessages.some((open) => open.messageId === messageId)) return [];
  const { agent, purpose } = request;
  const { model } = result;
  return [{ type: 'message_started', runId: run.runId, agent, messageId, kind, purpose, model, attempt: 1 }];
}

function reasoningOf(reply: Reply): NewEvent[] {
  const { reasoning } = reply.result;
  if (reasoning === undefined) return [];
  const { agent } = reply.request;
  return [
    ...startOf(reply, reasoning.messageId, 'reasoning'),
    { type: 'reasoning', runId: reply.run.runId, agent, ...reasoning },
  ];
}

/** A reply without text and calls is an empty text: it is what ends the turn, and a person sees that nothing came. */
function textOf(reply: Reply): NewEvent[] {
  const { run, request, result } = reply;
  const { messageId, text, finishReason, toolCalls } = result;
  const streamed = run.openMessages.some((open) => open.messageId === messageId);
  if (text === '' && !streamed && toolCalls.length > 0) return [];
  const { agent } = request;
  return [
    ...startOf(reply, messageId, 'text'),
    { type: 'text', runId: run.runId, agent, messageId, text, finishReason },
  ];
}

function callOf(
  workflow: WorkflowDefinition | undefined,
  { run, request, result }: Reply,
  call: ModelResult['toolCalls'][number],
): NewEvent {
  const { agent } = request;
  const { callId, arguments: args } = call;
  const tool = callableName(call.tool);
  const own = workflow === undefined ? [] : ownTools(workflow, agentOf(workflow, agent));
  const approval = own.find(({ name }) => name === tool)?.approval ?? 'none';
  const { messageId } = result;
  return { type: 'tool_call', runId: run.runId, agent, callId, tool, arguments: args, messageId, approval };
}

/** Models invent names that no provider takes back in the next call. */
function callableName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
}

function usageOf(state: ChatState, { run, request, result }: Reply): NewEvent {
  const { promptTokens, cachedTokens, completionTokens, estimated } = result.usage;
  const { model, costMicroUsd, ms, firstTokenMs } = result;
  return {
    type: 'usage',
    runId: run.runId,
    agent: request.agent,
    purpose: request.purpose,
    model,
    promptTokens,
    cachedTokens,
    completionTokens,
    costMicroUsd,
    ms,
    firstTokenMs,
    ...(estimated === undefined ? {} : { estimated }),
    totals: addUsage(state.totals, result),
  };
}

function handoffOf(
  { run, request }: Reply,
  chosen: ModelResult['toolCalls'][number] | undefined,
  handoffs: ReadonlyMap<string, HandoffTool>,
): NewEvent[] {
  const to = chosen === undefined ? undefined : handoffs.get(chosen.tool)?.to;
  if (to === undefined) return [];
  const { agent } = request;
  const reason = reasonIn(chosen?.arguments);
  return [{ type: 'handoff', runId: run.runId, agent, from: agent, to, by: 'model', ...reason }];
}

function reasonIn(args: Json | undefined): { reason?: string } {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return {};
  const { reason } = args;
  return typeof reason === 'string' && reason.trim() !== '' ? { reason: reason.trim() } : {};
}

/** The events of one tool's answer. None when the call is not open any more: the run was stopped meanwhile. */
export function toolEvents(state: ChatState, { callId, agent }: ToolRun, result: ToolResult): NewEvent[] {
  const { run } = state;
  if (run === undefined || !run.openCalls.some((call) => call.callId === callId)) return [];
  return [{ type: 'tool_response', runId: run.runId, agent, callId, ...result }];
}
