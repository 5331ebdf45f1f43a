import type { AgentDefinition } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { handoffTools } from './handoff-tools.ts';
import { asksPerson, ownTools } from './model-tools.ts';
import { ASK_PERSON_TOOL } from './question-of-call.ts';
import { ASK_PERSON } from './reserved-tools.ts';
import type { ModelTool } from './types.ts';

/** Everything that a model is offered when it speaks for an agent. */
export function offeredTools(context: Pick<Context, 'run' | 'workflow'>, agent: AgentDefinition): readonly ModelTool[] {
  const own = ownTools(context.workflow, agent).map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }));
  const handoffs = handoffTools(context, agent).map(({ tool }) => tool);
  return [...own, ...handoffs, ...(asksPerson(agent, ASK_PERSON) ? [ASK_PERSON_TOOL] : [])];
}
