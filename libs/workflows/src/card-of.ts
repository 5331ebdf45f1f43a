import type { WorkflowCard, WorkflowDefinition } from '@colloquy/contracts';
import type { WorkflowYaml } from './workflow-yaml.ts';

/** What people see of a workflow when they pick one. */
export function cardOf(
  workflow: WorkflowDefinition | { readonly name: string; readonly yaml: WorkflowYaml },
): WorkflowCard {
  const { name } = workflow;
  const { title, description, starters, agents } = 'yaml' in workflow ? workflow.yaml : workflow;
  return {
    name,
    title: title ?? name,
    description,
    starters: [...starters],
    agents: agents.map((agent) => ({
      name: agent.name,
      title: agent.title ?? agent.name,
      description: agent.description,
    })),
  };
}
