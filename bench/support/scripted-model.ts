import type { Json } from '@colloquy/contracts';
import type { ModelRequest, ModelResult } from '@colloquy/engine';
import { transferTo, type TwoAgents } from './two-agents.ts';

const USAGE: ModelResult['usage'] = { promptTokens: 900, cachedTokens: 0, completionTokens: 40 };

/** The model of the loop: knows from the messages alone where it is, and makes its ids with `newId`. */
export function scriptedModel(loop: TwoAgents, newId: () => string): (request: ModelRequest) => ModelResult {
  const [first, second] = loop.agents;
  return ({ agent, messages }) => {
    const isFirst = agent === first;
    const last = lastTurn(loop, messages);
    const answered = messages.at(-1)?.role === 'tool';
    const over = answered && last === loop.turns;
    const hand = { callId: newId(), tool: transferTo(isFirst ? second : first), arguments: {} };
    const turn = last === 0 ? (isFirst ? 1 : 2) : last + 2;
    const call = { callId: newId(), tool: loop.tool, arguments: { query: `${loop.query}${String(turn)}` } };
    return {
      messageId: newId(),
      text: answered ? loop.done : loop.calling,
      toolCalls: over ? [] : [answered ? hand : call],
      finishReason: over ? 'stop' : 'tool_calls',
      model: 'scripted',
      usage: USAGE,
      costMicroUsd: 100,
      ms: 0,
      firstTokenMs: null,
    };
  };
}

/** Number of the newest turn of the agent that asks, 0 before its first: of another one's calls it reads in words. */
function lastTurn({ query }: TwoAgents, messages: ModelRequest['messages']): number {
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    const calls = message?.role === 'assistant' ? (message.toolCalls ?? []) : [];
    const asked = calls.map(({ arguments: args }) => queryIn(args)).find((text) => text.startsWith(query));
    if (asked !== undefined) return Number(asked.slice(query.length));
  }
  return 0;
}

function queryIn(args: Json): string {
  const query = typeof args === 'object' && args !== null && 'query' in args ? args['query'] : undefined;
  return typeof query === 'string' ? query : '';
}
