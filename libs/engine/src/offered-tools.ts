import type { AgentDefinition, ToolDefinition } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { handoffTools, type HandoffTool } from './handoff-tools.ts';
import { asksPerson, ownTools } from './model-tools.ts';
import { ASK_PERSON_TOOL } from './question-of-call.ts';
import { ASK_PERSON } from './reserved-tools.ts';
import type { ModelTool } from './types.ts';

/** What an agent was offered last, and what that follows from: with every step it is most often the same. */
interface Offered {
  readonly own: readonly ToolDefinition[];
  readonly handoffs: readonly HandoffTool[];
  readonly tools: readonly ModelTool[];
}

const offered = new WeakMap<AgentDefinition, Offered>();

/** Everything that a model is offered when it speaks for an agent. */
export function offeredTools(context: Pick<Context, 'run' | 'workflow'>, agent: AgentDefinition): readonly ModelTool[] {
  const own = ownTools(context.workflow, agent);
  const handoffs = handoffTools(context, agent);
  const known = offered.get(agent);
  if (known?.own === own && known.handoffs === handoffs) return known.tools;
  const tools = [
    ...own.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    ...handoffs.map(({ tool }) => tool),
    ...(asksPerson(agent, ASK_PERSON) ? [ASK_PERSON_TOOL] : []),
  ];
  offered.set(agent, { own, handoffs, tools });
  return tools;
}
