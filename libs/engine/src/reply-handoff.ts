import type { Json, NewEvent } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { holdsReplies } from './guardrails.ts';
import { handoffTools } from './handoff-tools.ts';
import { agentOf } from './model-tools.ts';
import { handoffTo } from './handoff-event.ts';
import type { ModelResult } from './types.ts';

type AskedCall = ModelResult['toolCalls'][number];

/** The calls of a reply that are none of its handoffs, and the first handoff; further ones are left out. */
export function chosenHandoff(
  context: Context,
  name: string,
  toolCalls: readonly AskedCall[],
): { readonly calls: readonly AskedCall[]; readonly events: readonly NewEvent[] } {
  const agent = agentOf(context.workflow, name);
  const offered = agent === undefined ? [] : handoffTools(context, agent);
  const handoffs = new Map(offered.map(({ tool, target }) => [tool.name, target]));
  const calls = toolCalls.filter(({ tool }) => !handoffs.has(tool));
  const chosen = toolCalls.find(({ tool }) => handoffs.has(tool));
  const target = chosen === undefined ? undefined : handoffs.get(chosen.tool);
  const named = calls.map((call) => ({ ...call, tool: callableName(call.tool) }));
  if (target === undefined) return { calls: named, events: [] };
  // It is public, and no guardrail looks at it: where one looks at what the agent writes it is left out.
  const reason = holdsReplies(context.workflow, name) ? {} : reasonIn(chosen?.arguments);
  const about = { from: name, target, by: 'model' as const, ...reason };
  return { calls: named, events: [handoffTo(context.run, about)] };
}

/** Models invent names that no provider takes back in the next call. */
function callableName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
}

function reasonIn(args: Json | undefined): { reason?: string } {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return {};
  const { reason } = args;
  return typeof reason === 'string' && reason.trim() !== '' ? { reason: reason.trim() } : {};
}
