import type { Json, NewEvent, NewEventOf } from '@colloquy/contracts';
import { fieldsOf, head } from '@colloquy/engine';
import { batchFits, type AppendBatch } from '@colloquy/messaging';

/** Longest text that an event keeps when its commit would be too large, in UTF-16 code units; halved until it fits. */
const FIRST_CUT = 128 * 1024;

/** A batch that fits into one commit: what follows from one step stays together, so its texts are cut, and marked. */
export function fitBatch(chatId: string, batch: AppendBatch): AppendBatch {
  let fitted = batch;
  for (let longest = FIRST_CUT; longest >= 1024 && !batchFits(chatId, fitted); longest /= 2) {
    fitted = { ...batch, events: (batch.events ?? []).map((event) => cut(event, longest)) };
  }
  return fitted;
}

function cut(event: NewEvent, longest: number): NewEvent {
  switch (event.type) {
    case 'text':
      return cutReply(event, longest);
    case 'reasoning':
    case 'message_aborted':
      return cutField(event, 'text', longest);
    case 'tool_call':
      return sizeOf(event.arguments) > longest ? { ...event, arguments: { truncated: true } } : event;
    case 'tool_response':
      return cutResponse(event, longest);
    case 'reply_held':
      return cutHeld(event, longest);
    case 'guardrail_tripped':
      return cutField(event, 'replacement', longest);
    case 'context_summarized':
      return cutField(event, 'digest', longest);
    case 'run_started':
      return event.asked === undefined ? event : { ...event, asked: head(event.asked, longest) };
    case 'run_completed':
      return cutField(event, 'summary', longest);
    default:
      return event;
  }
}

/** The event with the beginning of one of its texts, marked when there was more. */
function cutField<E extends NewEvent, K extends string>(
  event: E & { readonly [key in K]?: string | undefined },
  name: K,
  longest: number,
) {
  const text: string | undefined = event[name];
  return text === undefined || text.length <= longest
    ? event
    : { ...event, [name]: head(text, longest), truncated: true };
}

/** Half of a structured reply is none. */
function cutReply(event: NewEventOf<'text'>, longest: number): NewEvent {
  const { structured, ...plain } = event;
  const kept = sizeOf(structured) > longest ? { ...plain, truncated: true } : event;
  return cutField(kept, 'text', longest);
}

function cutResponse(event: NewEventOf<'tool_response'>, longest: number): NewEventOf<'tool_response'> {
  // Half of the variables that a tool wants set would be a lie: then the tool has failed.
  if (sizeOf(event.set) > longest) {
    const { runId, agent, callId, ms } = event;
    const error = { code: 'result_too_large', message: 'The tool sets more variables than one commit can hold.' };
    return { type: 'tool_response', runId, agent, callId, ms, ok: false, error, truncated: true };
  }
  if (sizeOf(event.hidden) > longest) {
    return { ...event, hidden: head(JSON.stringify(event.hidden), longest), truncated: true };
  }
  if (sizeOf(event.result) <= longest) return event;
  return { ...event, result: head(JSON.stringify(event.result), longest), truncated: true };
}

/** What is held is cut as it would be were it not held: a reply keeps the beginning of its text, a result of its JSON. */
function cutHeld(event: NewEventOf<'reply_held'>, longest: number): NewEvent {
  if (sizeOf(event.reply) <= longest) return event;
  const { result, reasoning: _thoughts, text, toolCalls, ...rest } = fieldsOf(event.reply);
  const held: { [key: string]: Json } = rest;
  if (typeof text === 'string') {
    held['text'] = head(text, longest);
    if (text.length > longest) held['truncated'] = true;
  }
  if (Array.isArray(toolCalls)) held['toolCalls'] = toolCalls.map((call) => cutCall(call, longest));
  if (result !== undefined) held['result'] = cutResult(event, fieldsOf(result), longest);
  return { ...event, reply: held };
}

function cutCall(call: Json, longest: number): Json {
  const fields = fieldsOf(call);
  return sizeOf(fields['arguments']) > longest ? { ...fields, arguments: { truncated: true } } : call;
}

function cutResult(event: NewEventOf<'reply_held'>, result: { readonly [key: string]: Json }, longest: number): Json {
  const { runId, agent, messageId: callId } = event;
  const response = { type: 'tool_response', runId, agent, callId, ...result } as unknown as NewEventOf<'tool_response'>;
  const { type: _type, runId: _run, agent: _agent, callId: _call, ...left } = cutResponse(response, longest);
  return left as unknown as Json;
}

const sizeOf = (value: unknown): number => JSON.stringify(value ?? null).length;
