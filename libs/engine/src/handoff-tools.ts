import type { AgentDefinition, Target } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { holds } from './expression/evaluate-expression.ts';
import { TRANSFER_PREFIX } from './reserved-tools.ts';
import { scopeOf, variablesIn } from './scope-of.ts';
import { nameOfTarget } from './target-names.ts';
import type { ModelTool } from './types.ts';
import { fillTemplate } from './fill-template.ts';

/** A handoff as the model sees it: a tool, and where it leads. */
export interface HandoffTool {
  readonly target: Target;
  readonly tool: ModelTool;
}

const MAX_LENGTH = 64;

const HANDOFF_INPUT: ModelTool['inputSchema'] = {
  type: 'object',
  properties: { reason: { type: 'string', description: 'Why, in one sentence' } },
  additionalProperties: false,
};

/**
 * The handoffs that a model may choose now. A tool of the agent's own that has the same name comes before; of several
 * handoffs to one target the second is `…_2`, and so on, whichever of them are available.
 */
export function handoffTools(context: Pick<Context, 'run' | 'workflow'>, agent: AgentDefinition): HandoffTool[] {
  const scope = scopeOf(context);
  const variables = variablesIn(context);
  const taken = new Set(agent.tools);
  return agent.handoffs.flatMap(({ target, description, available }) => {
    const plain = toolName(target, '');
    if (agent.tools.includes(plain)) return [];
    const name = freeName(target, taken);
    taken.add(name);
    if (!holds(available, scope)) return [];
    return [{ target, tool: { name, description: fillTemplate(description, variables), inputSchema: HANDOFF_INPUT } }];
  });
}

function freeName(target: Target, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = toolName(target, number === 1 ? '' : `_${String(number)}`);
    if (!taken.has(name)) return name;
  }
}

function toolName(target: Target, suffix: string): string {
  return `${TRANSFER_PREFIX}${nameOfTarget(target)}`.slice(0, MAX_LENGTH - suffix.length) + suffix;
}
