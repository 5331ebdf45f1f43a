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
  const isHandoff = (call: AskedCall): boolean => offered.some(({ tool }) => tool.name === call.tool);
  const calls = toolCalls.filter((call) => !isHandoff(call)).map(callable);
  const chosen = toolCalls.find(isHandoff);
  const target = offered.find(({ tool }) => tool.name === chosen?.tool)?.target;
  if (target === undefined) return { calls, events: [] };
  // It is public, and no guardrail looks at it: where one looks at what the agent writes it is left out.
  const reason = holdsReplies(context.workflow, name) ? undefined : reasonIn(chosen?.arguments);
  return { calls, events: [handoffTo(context.run, { from: name, target, by: 'model', reason })] };
}

function callable(call: AskedCall): AskedCall {
  const tool = callableName(call.tool);
  return tool === call.tool ? call : { ...call, tool };
}

/** Models invent names that no provider takes back in the next call. */
function callableName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
}

function reasonIn(args: Json | undefined): string | undefined {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return undefined;
  const { reason } = args;
  return typeof reason === 'string' && reason.trim() !== '' ? reason.trim() : undefined;
}
