import type { AgentDefinition, ToolDefinition, WorkflowDefinition } from '@colloquy/contracts';
import { ASK_PERSON } from './reserved-tools.ts';

/** The agent of that name; undefined when the workflow has none. */
export function agentOf(workflow: WorkflowDefinition, name: string | undefined): AgentDefinition | undefined {
  return workflow.agents.find((agent) => agent.name === name);
}

/** The tools of the workflow that an agent may call; one that is not its own is unknown to it. */
export function ownTools({ tools }: WorkflowDefinition, agent: AgentDefinition | undefined): readonly ToolDefinition[] {
  if (agent === undefined) return NONE;
  const known = ownOf.get(agent);
  if (known?.of === tools) return known.own;
  const own = tools.filter(({ name }) => agent.tools.includes(name));
  ownOf.set(agent, { of: tools, own });
  return own;
}

const NONE: readonly ToolDefinition[] = [];

/** What follows from a definition alone is worked out once: it is asked for with every step and every reply. */
const ownOf = new WeakMap<
  AgentDefinition,
  { readonly of: readonly ToolDefinition[]; readonly own: readonly ToolDefinition[] }
>();

/** True when a call of that name by that agent is a question to the person. */
export function asksPerson(agent: AgentDefinition | undefined, tool: string): boolean {
  return tool === ASK_PERSON && agent?.askPerson === true && !agent.tools.includes(ASK_PERSON);
}
