import { textOf, type ChatRequest } from './chat-request.ts';
import type { Reply } from './reply.ts';

/** The usage object of OpenAI's API. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
  readonly completion_tokens_details: { readonly reasoning_tokens: number };
}

/** What OpenAI adds for the frame of each message. */
const MESSAGE_TOKENS = 4;

/** Four characters are a token. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

function promptTokens(request: ChatRequest): number {
  const messages = request.messages.map((message) => {
    const calls = message.tool_calls ? JSON.stringify(message.tool_calls) : '';
    return MESSAGE_TOKENS + countTokens(textOf(message)) + countTokens(calls);
  });
  const tools = request.tools ? countTokens(JSON.stringify(request.tools)) : 0;
  return messages.reduce((sum, each) => sum + each, tools);
}

/** Tokens of the request and of what was written for it. */
export function countUsage(request: ChatRequest, reply: Reply): Usage {
  const prompt = promptTokens(request);
  const calls = reply.calls.map((call) => countTokens(call.tool) + countTokens(call.arguments));
  const completion = calls.reduce((sum, each) => sum + each, countTokens(reply.text));
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}
