/** What the guardrails leave of what a tool answered. */
import type { Json, NewEvent } from '@colloquy/contracts';
import type { HeldReply } from './agent-run.ts';
import type { Context } from './context.ts';
import type { PendingCheck } from './guardrail-verdict.ts';
import { guardrailsFor, judge, type Judgement, type Subject } from './guardrails.ts';
import { blockedError } from './judge-reply.ts';
import { readAnswer } from './read-held.ts';
import { redirection } from './redirection.ts';
import { ASK_PERSON } from './reserved-tools.ts';
import type { ToolResult } from './types.ts';

/** What a tool answered, and which one. */
export interface AnsweredCall {
  readonly callId: string;
  readonly agent: string;
  readonly tool: string;
  readonly result: ToolResult;
}

/** What the guardrails say of it. */
export interface JudgedResult extends Omit<Judgement, 'wants'> {
  readonly wants?: PendingCheck;
}

/** What the guardrails say of what a tool answered, as far as it can be said without a step. */
export function judgeResult(context: Context, { callId, agent, tool, result }: AnsweredCall): JudgedResult {
  // A tool without a result has none on the log either.
  const value: Json = result.ok ? (result.result ?? null) : result.error.message;
  const asResult: Subject = { on: 'tool_result', agent, about: callId, tool, value };
  const asInput: Subject = { on: 'input', agent, about: callId, value };
  if (!isOfPerson(tool, result)) return judgeAs(context, asResult);
  const heard = judgeAs(context, asInput);
  if (heard.wants !== undefined || heard.blockedBy !== undefined) return heard;
  const judged = judgeAs(context, { ...asResult, value: heard.value });
  return { ...judged, events: [...heard.events, ...judged.events], tripped: heard.tripped || judged.tripped };
}

/** What a person answers, and why they refuse a call, is what a person says. */
function isOfPerson(tool: string, result: ToolResult): boolean {
  return tool === ASK_PERSON || (!result.ok && REFUSALS.has(result.error.code));
}

const REFUSALS: ReadonlySet<string> = new Set(['declined', 'interrupted']);

function judgeAs(context: Context, subject: Subject): JudgedResult {
  const { wants, ...found } = judge(context, subject, guardrailsFor(context, subject));
  if (wants === undefined) return found;
  return { ...found, wants: { guardrail: wants, subject: { ...subject, value: found.value } } };
}

/** What goes on the log of it. Of an answer that is blocked nothing counts, neither variables nor a target. */
export function resultEvents(context: Context, call: AnsweredCall, judged: JudgedResult): NewEvent[] {
  const { callId, agent, result } = call;
  const about = { type: 'tool_response' as const, runId: context.run.runId, agent, callId };
  const { blockedBy } = judged;
  if (blockedBy !== undefined) {
    const redirect = blockedBy.action === 'redirect' ? redirection(context, agent, blockedBy) : [];
    return [...judged.events, { ...about, ok: false, error: blockedError(blockedBy), ms: result.ms }, ...redirect];
  }
  const event = { ...left(result, judged.value), ...about };
  return judged.events.length === 0 ? [event] : [...judged.events, event];
}

function left(result: ToolResult, value: Json): ToolResult {
  if (result.ok) return { ...result, result: value };
  return { ...result, error: { ...result.error, message: typeof value === 'string' ? value : result.error.message } };
}

/** What an answer puts on the log: what guardrails leave of it, or that it is held for one of them. */
export function answerEvents(context: Context, call: AnsweredCall): NewEvent[] {
  const judged = judgeResult(context, call);
  return judged.wants === undefined ? resultEvents(context, call, judged) : [holdResult(context, call)];
}

function holdResult({ run }: Context, { callId, agent, tool, result }: AnsweredCall): NewEvent {
  const reply = { tool, result } as unknown as Json;
  return { type: 'reply_held', runId: run.runId, agent, messageId: callId, finishReason: 'tool_result', reply };
}

/** What was held of it. */
export function heldResultOf({ messageId, agent, reply }: HeldReply): AnsweredCall {
  return { callId: messageId, agent, ...readAnswer(reply) };
}
