/** What was held, read back from the log. Total: of what makes no sense nothing is left (E1). */
import type { EventOf, Json } from '@colloquy/contracts';
import { fieldsOf } from './json-text.ts';
import type { ModelResult, ToolResult } from './types.ts';

/** What a message took. */
export type MessageUsage = NonNullable<EventOf<'text'>['usage']>;

/** What is kept of a reply. */
export interface KeptReply extends Pick<
  ModelResult,
  'messageId' | 'text' | 'toolCalls' | 'finishReason' | 'model' | 'reasoning'
> {
  /** What the call took, as its usage event has it; missing in what older versions have held. */
  readonly spent?: MessageUsage;
  /** True when it was cut as it was held, to fit into one commit. */
  readonly truncated?: boolean;
}

interface Fields {
  readonly [key: string]: Json;
}

/** The reply that was held. */
export function readReply(held: Json): Omit<KeptReply, 'messageId' | 'finishReason'> {
  const fields = fieldsOf(held);
  const calls = fields['toolCalls'];
  const reasoning = readReasoning(fieldsOf(fields['reasoning']));
  const spent = readSpent(fieldsOf(fields['spent']));
  return {
    text: textOf(fields['text']),
    model: textOf(fields['model']),
    toolCalls: Array.isArray(calls) ? calls.map((call) => readCall(fieldsOf(call))) : [],
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(spent === undefined ? {} : { spent }),
    ...(fields['truncated'] === true ? { truncated: true } : {}),
  };
}

function readCall(call: Fields): KeptReply['toolCalls'][number] {
  return { callId: textOf(call['callId']), tool: textOf(call['tool']), arguments: call['arguments'] ?? null };
}

function readReasoning({ messageId, text, ms }: Fields): KeptReply['reasoning'] {
  if (typeof messageId !== 'string' || typeof text !== 'string' || typeof ms !== 'number') return undefined;
  return { messageId, text, ms };
}

function readSpent({ model, promptTokens, completionTokens, costMicroUsd, ms }: Fields): MessageUsage | undefined {
  if (typeof model !== 'string' || typeof promptTokens !== 'number' || typeof completionTokens !== 'number')
    return undefined;
  if (typeof ms !== 'number' || (typeof costMicroUsd !== 'number' && costMicroUsd !== null)) return undefined;
  return { model, promptTokens, completionTokens, costMicroUsd, ms };
}

/** The answer of a tool that was held, and its tool. */
export function readAnswer(held: Json): { readonly tool: string; readonly result: ToolResult } {
  const { tool, result } = fieldsOf(held);
  return { tool: textOf(tool), result: isAnswer(result) ? result : LOST };
}

const LOST: ToolResult = { ok: false, error: { code: 'lost', message: 'The answer of the tool was lost.' }, ms: 0 };

function isAnswer(value: Json | undefined): value is Json & ToolResult {
  const { ok, error, ms } = fieldsOf(value);
  if (typeof ms !== 'number') return false;
  return ok === true || (ok === false && typeof fieldsOf(error)['message'] === 'string');
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
