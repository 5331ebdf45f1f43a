import type { AgentDefinition } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { handoffTools } from './handoff-tools.ts';
import { asksPerson, ownTools } from './model-tools.ts';
import { ASK_PERSON } from './reserved-tools.ts';
import type { ModelTool } from './types.ts';

const ASK_PERSON_TOOL: ModelTool = {
  name: ASK_PERSON,
  description: 'Ask the person a question and wait for the answer. Use it only when you cannot go on without it.',
  inputSchema: {
    type: 'object',
    properties: {
      question: { type: 'string', description: 'The question, complete in itself' },
      kind: {
        type: 'string',
        enum: ['text', 'approval', 'choice'],
        description: 'text: any words; approval: yes or no; choice: one of the options',
      },
      options: { type: 'array', items: { type: 'string' }, description: 'The answers to choose from, for a choice' },
    },
    required: ['question'],
    additionalProperties: false,
  },
};

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
