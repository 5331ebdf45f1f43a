import { countTokens } from './count-tokens.ts';
import type { ChatRequest } from './chat-request.ts';
import type { Reply } from './reply.ts';

/** A reply within the request's limits, and why it ends. */
export interface LimitedReply extends Reply {
  readonly finishReason: 'stop' | 'tool_calls' | 'length';
}

/** Cuts the text at `max_tokens`, and keeps one call where the caller wants no parallel ones. */
export function limitReply(reply: Reply, request: ChatRequest): LimitedReply {
  const most = request.max_completion_tokens ?? request.max_tokens ?? Infinity;
  if (countTokens(reply.text) > most) {
    return { text: reply.text.slice(0, most * 4), calls: [], finishReason: 'length' };
  }
  const calls = request.parallel_tool_calls === false ? reply.calls.slice(0, 1) : reply.calls;
  return { text: reply.text, calls, finishReason: calls.length > 0 ? 'tool_calls' : 'stop' };
}
