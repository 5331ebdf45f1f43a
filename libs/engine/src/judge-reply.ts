/** What the guardrails leave of a reply: of its text, and of each of its calls. */
import type { Guardrail, Json, NewEvent } from '@colloquy/contracts';
import type { Context } from './context.ts';
import type { PendingCheck } from './guardrail-verdict.ts';
import { guardrailsFor, judge, removed, type Subject } from './guardrails.ts';
import type { ModelResult } from './types.ts';

/** A call that a model asks for. */
export type AskedCall = ModelResult['toolCalls'][number];

/** A call of a reply, as the guardrails leave it. */
export interface JudgedCall {
  readonly call: AskedCall;
  /** The guardrail that keeps it from being run. */
  readonly blockedBy?: Guardrail;
}

/** A reply, as the guardrails leave it. */
export interface JudgedReply {
  readonly events: readonly NewEvent[];
  readonly tripped: boolean;
  readonly text: string;
  readonly calls: readonly JudgedCall[];
  /** The guardrail that stands against the whole reply: its calls are not even recorded. */
  readonly blockedBy?: Guardrail;
  /** Where the turn goes instead. */
  readonly redirect?: Guardrail;
  /** What must be looked at before more can be said. */
  readonly wants?: PendingCheck;
}

/** What of a reply guardrails look at. Handoffs are not among the calls. */
export interface JudgeableReply {
  readonly agent: string;
  readonly messageId: string;
  readonly text: string;
  readonly calls: readonly AskedCall[];
}

/** What the guardrails say of a reply, as far as it can be said without a step. */
export function judgeReply(context: Context, reply: JudgeableReply): JudgedReply {
  const whole = judgeText(context, reply);
  if (whole.wants !== undefined || whole.blockedBy !== undefined) return whole;
  return reply.calls.reduce(
    (judged, call) => (judged.wants ? judged : judgeCall(context, { judged, call, reply })),
    whole,
  );
}

function judgeText(context: Context, { agent, messageId, text }: JudgeableReply): JudgedReply {
  const nothing: JudgedReply = { events: [], tripped: false, text, calls: [] };
  // A reply of calls alone says nothing: there is nothing to look at.
  if (text === '') return nothing;
  const subject: Subject = { on: 'output', agent, about: messageId, value: text };
  const { events, tripped, value, blockedBy, wants } = judge(context, subject, guardrailsFor(context, subject));
  if (wants !== undefined) return { ...nothing, events, tripped, wants: wanted(wants, subject, value) };
  if (blockedBy === undefined) return { ...nothing, events, tripped, text: typeof value === 'string' ? value : text };
  const message = blockedBy.message ?? '';
  return { ...nothing, events, tripped, text: message, blockedBy, ...redirected(blockedBy) };
}

function judgeCall(
  context: Context,
  { judged, call, reply }: { judged: JudgedReply; call: AskedCall; reply: JudgeableReply },
): JudgedReply {
  const { callId: about, tool, arguments: value } = call;
  const subject: Subject = { on: 'tool_arguments', agent: reply.agent, about, tool, value };
  const found = judge(context, subject, guardrailsFor(context, subject));
  const events = [...judged.events, ...found.events];
  const tripped = judged.tripped || found.tripped;
  const { wants, blockedBy } = found;
  if (wants !== undefined) return { ...judged, events, tripped, wants: wanted(wants, subject, found.value) };
  const left = { ...call, arguments: found.value };
  if (blockedBy === undefined) return { ...judged, events, tripped, calls: [...judged.calls, { call: left }] };
  return { ...judged, events, tripped, calls: [...judged.calls, { call: left, blockedBy }], ...redirected(blockedBy) };
}

function wanted(guardrail: Guardrail, subject: Subject, value: Json): PendingCheck {
  return { guardrail, subject: { ...subject, value } };
}

function redirected(guardrail: Guardrail): { redirect?: Guardrail } {
  return guardrail.action === 'redirect' ? { redirect: guardrail } : {};
}

/** What stands for the arguments of a call that was blocked: nobody is to read them. */
export function blockedArguments({ name }: Guardrail): Json {
  return { blocked_by: name };
}

/** Why a call was not run, or its result is not shown, in words for the model. */
export function blockedError(guardrail: Guardrail): { code: string; message: string } {
  return { code: 'guardrail', message: guardrail.message ?? removed(guardrail) };
}
