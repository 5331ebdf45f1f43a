import type { WorkflowCard, WorkflowDefinition } from '@colloquy/contracts';
import { cardGraph } from './card-graph.ts';
import { resolveDefinition } from './resolve-definition.ts';
import type { Schemas } from './resolve/resolve-schema.ts';
import type { WorkflowYaml } from './workflow-yaml.ts';
import { ENV_REFERENCE } from './yaml/outside-tools.ts';

/** A workflow as it was read, with the files that it names as schemas. */
export interface WorkflowSource {
  readonly name: string;
  readonly yaml: WorkflowYaml;
  readonly schemas?: Schemas;
}

/**
 * What people see of a workflow when they pick one. Which of its keys are set only those know who run its tools: it does
 * not say.
 */
export function cardOf(workflow: WorkflowDefinition | WorkflowSource): WorkflowCard {
  const definition = 'yaml' in workflow ? resolveDefinition({ ...workflow, tools: [] }) : workflow;
  const { name, title, description, starters, onNewInput, agents, limits } = definition;
  const allowedForRun = 'yaml' in workflow ? stickyTools(workflow.yaml) : stickyToolsOf(workflow);
  const keys = 'yaml' in workflow ? keysOf(workflow.yaml) : [];
  const { budgetMicroUsd } = limits;
  return {
    name,
    title,
    description,
    starters: [...starters],
    onNewInput,
    ...(allowedForRun.length === 0 ? {} : { allowedForRun }),
    agents: agents.map(agentOf),
    graph: cardGraph(definition),
    ...(keys.length === 0 ? {} : { keys: keys.map((key) => ({ name: key })) }),
    ...(budgetMicroUsd === undefined ? {} : { budgetMicroUsd }),
  };
}

function agentOf({
  name,
  title,
  description,
  model,
  tools,
}: WorkflowDefinition['agents'][number]): WorkflowCard['agents'][number] {
  return {
    name,
    title,
    description,
    ...(model === 'default' ? {} : { model }),
    ...(tools.length === 0 ? {} : { tools: [...tools] }),
  };
}

/** Names of the variables of the environment that its tools are given. */
function keysOf({ mcp, http }: WorkflowYaml): string[] {
  const servers = Object.values(mcp).flatMap((server) =>
    'command' in server ? Object.values(server.env) : namedIn(server.headers),
  );
  const calls = Object.values(http).flatMap(({ headers, query }) => [...namedIn(headers), ...namedIn(query ?? {})]);
  return [...new Set([...servers, ...calls])].sort();
}

function namedIn(values: Readonly<Record<string, string>>): string[] {
  return Object.values(values).flatMap((text) => [...text.matchAll(ENV_REFERENCE)].map(([, name]) => name ?? ''));
}

function stickyTools({ tools }: WorkflowYaml): string[] {
  return Object.entries(tools).flatMap(([name, { approval }]) =>
    typeof approval === 'object' && approval.sticky ? [name] : [],
  );
}

function stickyToolsOf({ tools }: WorkflowDefinition): string[] {
  return tools.filter(({ approvalSticky }) => approvalSticky === true).map(({ name }) => name);
}
