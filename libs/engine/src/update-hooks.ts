import type { AgentDefinition, Json, NewEvent, Variables } from '@colloquy/contracts';
import { agentRunOf } from './agent-run.ts';
import type { Context } from './context.ts';
import { evaluate, holds } from './expression/evaluate-expression.ts';
import { parseExpression } from './expression/parse-expression.ts';
import { canonicalText } from './json-text.ts';

/**
 * What the agent's hooks set before its turn begins: once a turn, each hook sees what those before it have set. None
 * when they change nothing.
 */
export function updateEvents({ run, workflow }: Context, agent: AgentDefinition): NewEvent[] {
  const hooks = agent.updates ?? [];
  if (hooks.length === 0 || !agentRunOf(run).fresh) return [];
  const before: Variables = { ...workflow.variables, ...run.variables };
  const after = hooks.reduce((variables, { when, set }) => {
    if (!holds(when, { variables })) return variables;
    const values = Object.entries(set).map(([name, expression]) => [name, valueOf(expression, variables)] as const);
    return { ...variables, ...Object.fromEntries(values) };
  }, before);
  const changed = Object.entries(after).filter(([name, value]) => !isSame(before, name, value));
  return changed.length === 0
    ? []
    : [{ type: 'context_updated', runId: run.runId, agent: agent.name, set: Object.fromEntries(changed) }];
}

function valueOf(expression: string, variables: Variables): Json {
  const parsed = parseExpression(expression);
  return 'fault' in parsed ? null : evaluate(parsed, { variables });
}

function isSame(before: Variables, name: string, value: Json): boolean {
  return Object.hasOwn(before, name) && canonicalText(before[name]) === canonicalText(value);
}
