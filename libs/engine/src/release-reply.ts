/** What a reply puts on the log when nothing holds it (any more). */
import type { Json, NewEvent, NewEventOf } from '@colloquy/contracts';
import { approvalOf } from './approvals.ts';
import type { Context } from './context.ts';
import { blockedArguments, blockedError, type JudgedCall, type JudgedReply } from './judge-reply.ts';
import { agentOf, ownTools } from './model-tools.ts';
import { redirection } from './redirection.ts';
import { parsedReply } from './structured-output.ts';
import type { KeptReply } from './read-held.ts';

/** A reply whose text and calls have been judged. */
export interface ReleasedReply {
  readonly agent: string;
  readonly result: Omit<KeptReply, 'text' | 'toolCalls'>;
  readonly judged: JudgedReply;
}

/** What is said in it: what guardrails found, thoughts, the text, the calls, and what becomes of those that are blocked. */
export function spokenEvents(context: Context, reply: ReleasedReply): NewEvent[] {
  const { judged } = reply;
  const blockAll = judged.redirect !== undefined || judged.calls.some(({ blockedBy }) => blockedBy?.action === 'stop');
  const calls = judged.blockedBy === undefined ? judged.calls : [];
  const events = [...judged.events, ...reasoningOf(context, reply), ...textOf(context, reply)];
  for (const call of calls) events.push(callOf(context, reply, call));
  for (const call of calls) events.push(...blockedOf(context, reply, { call, blockAll }));
  return events;
}

/** What follows from it: variables that it sets, and where the turn goes instead of where the reply wants it. */
export function followingEvents(context: Context, reply: ReleasedReply): NewEvent[] {
  const { judged, agent } = reply;
  return [
    ...savedOf(context, reply),
    ...(judged.redirect === undefined ? [] : redirection(context, agent, judged.redirect)),
  ];
}

/** Thoughts tell what the text may not: they go when any of the guardrails has found something. */
function reasoningOf(context: Context, { agent, result, judged }: ReleasedReply): NewEvent[] {
  const { reasoning } = result;
  if (reasoning === undefined || judged.tripped) return [];
  const { runId } = context.run;
  return [
    ...startOf(context, { agent, messageId: reasoning.messageId, kind: 'reasoning', model: result.model }),
    { type: 'reasoning', runId, agent, ...reasoning },
  ];
}

/** `message_started` of a message that was not streamed. */
export function startOf(
  { run }: Context,
  of: { agent: string; messageId: string; kind: 'text' | 'reasoning'; model: string },
): NewEvent[] {
  if (run.openMessages.some((open) => open.messageId === of.messageId)) return [];
  const { agent, messageId, kind, model } = of;
  return [{ type: 'message_started', runId: run.runId, purpose: 'reply', attempt: 1, agent, messageId, kind, model }];
}

/** A reply without text and calls is an empty text: it is what ends the turn, and a person sees that nothing came. */
function textOf(context: Context, reply: ReleasedReply): NewEvent[] {
  const { agent, result, judged } = reply;
  const { runId, openMessages } = context.run;
  const { messageId, model } = result;
  const streamed = openMessages.some((open) => open.messageId === messageId);
  if (judged.text === '' && !streamed && judged.calls.length > 0) return [];
  const finishReason = judged.blockedBy === undefined ? result.finishReason : 'guardrail';
  const event: NewEventOf<'text'> = { type: 'text', runId, agent, messageId, text: judged.text, finishReason };
  const structured = structuredOf(context, reply);
  if (structured !== undefined) event.structured = structured;
  if (result.spent !== undefined) event.usage = result.spent;
  if (result.truncated === true) event.truncated = true;
  return [...startOf(context, { agent, messageId, kind: 'text', model }), event];
}

/** What a guardrail has left of the reply may not be what the agent's schema wants: then it is only a text. */
function structuredOf({ workflow }: Context, { agent, judged }: ReleasedReply): Json | undefined {
  const output = agentOf(workflow, agent)?.output;
  if (output === undefined || judged.calls.length > 0 || judged.blockedBy !== undefined) return undefined;
  const parsed = parsedReply(output, judged.text);
  return 'value' in parsed ? parsed.value : undefined;
}

function savedOf(context: Context, reply: ReleasedReply): NewEvent[] {
  const structured = structuredOf(context, reply);
  const name = agentOf(context.workflow, reply.agent)?.output?.saveTo;
  if (structured === undefined || name === undefined) return [];
  const { runId } = context.run;
  return [{ type: 'context_updated', runId, agent: reply.agent, set: { [name]: structured } }];
}

function callOf(
  { run, workflow }: Context,
  { agent, result }: ReleasedReply,
  { call, blockedBy }: JudgedCall,
): NewEvent {
  const { callId, tool } = call;
  const args = blockedBy === undefined ? call.arguments : blockedArguments(blockedBy);
  const own = ownTools(workflow, agentOf(workflow, agent)).find(({ name }) => name === tool);
  const approval = approvalOf(run, own, args);
  const { messageId } = result;
  return { type: 'tool_call', runId: run.runId, agent, callId, tool, arguments: args, messageId, approval };
}

function blockedOf(
  { run }: Context,
  { agent, judged }: ReleasedReply,
  { call: { call, blockedBy }, blockAll }: { call: JudgedCall; blockAll: boolean },
): NewEvent[] {
  const stopping = judged.calls.find(
    ({ blockedBy: other }) => other !== undefined && other.action !== 'mask',
  )?.blockedBy;
  const by = blockedBy ?? (blockAll ? stopping : undefined);
  if (by === undefined) return [];
  const { callId } = call;
  return [{ type: 'tool_response', runId: run.runId, agent, callId, ok: false, error: blockedError(by), ms: 0 }];
}
