import type { AgentDefinition, Target, ToolDefinition, WorkflowDefinition } from '@colloquy/contracts';
import { ASK_PERSON, TO_NOBODY, TO_PERSON, TRANSFER_PREFIX } from './reserved-tools.ts';
import type { ModelTool } from './types.ts';

/** A handoff as the model sees it: a tool, and the name that the event says. */
export interface HandoffTool {
  readonly to: string;
  readonly tool: ModelTool;
}

/** The agent of that name; undefined when the workflow has none. */
export function agentOf(workflow: WorkflowDefinition, name: string | undefined): AgentDefinition | undefined {
  return workflow.agents.find((agent) => agent.name === name);
}

/** The tools of the workflow that an agent may call; one that is not its own is unknown to it. */
export function ownTools(workflow: WorkflowDefinition, agent: AgentDefinition | undefined): readonly ToolDefinition[] {
  return workflow.tools.filter(({ name }) => agent?.tools.includes(name));
}

/** Where a handoff goes, as the event names it; undefined when the agent keeps the turn. */
export function nameOfTarget(target: Target): string | undefined {
  switch (target.kind) {
    case 'agent':
      return target.agent;
    case 'terminate':
      return TO_NOBODY;
    case 'revert_to_user':
      return TO_PERSON;
    default:
      return undefined;
  }
}

/** The target that the name in a handoff event means. An agent comes before the two other targets. */
export function targetOfName(workflow: WorkflowDefinition, name: string): Target | undefined {
  if (agentOf(workflow, name) !== undefined) return { kind: 'agent', agent: name };
  if (name === TO_NOBODY) return { kind: 'terminate' };
  return name === TO_PERSON ? { kind: 'revert_to_user' } : undefined;
}

/** The handoffs that a model may choose. A tool of the agent's own that has the same name comes before. */
export function handoffTools(agent: AgentDefinition): readonly HandoffTool[] {
  const named = agent.handoffs.map(({ target, description }) => ({ to: nameOfTarget(target), description }));
  return named.flatMap(({ to, description }) => {
    if (to === undefined) return [];
    const name = `${TRANSFER_PREFIX}${to}`.slice(0, 64);
    return agent.tools.includes(name) ? [] : [{ to, tool: { name, description, inputSchema: HANDOFF_INPUT } }];
  });
}

const HANDOFF_INPUT: ModelTool['inputSchema'] = {
  type: 'object',
  properties: { reason: { type: 'string', description: 'Why, in one sentence' } },
  additionalProperties: false,
};

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

/** True when a call of that name by that agent is a question to the person. */
export function asksPerson(agent: AgentDefinition | undefined, tool: string): boolean {
  return tool === ASK_PERSON && agent?.askPerson === true && !agent.tools.includes(ASK_PERSON);
}

/** Everything that a model is offered when it speaks for an agent. */
export function modelTools(workflow: WorkflowDefinition, agent: AgentDefinition): readonly ModelTool[] {
  const own = ownTools(workflow, agent).map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }));
  const handoffs = new Map(handoffTools(agent).map(({ tool }) => [tool.name, tool]));
  return [...own, ...handoffs.values(), ...(asksPerson(agent, ASK_PERSON) ? [ASK_PERSON_TOOL] : [])];
}
