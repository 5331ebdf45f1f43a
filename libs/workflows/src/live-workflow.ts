/** A workflow whose tools come and go: what can be started of it now. */
import type { ToolDefinition } from '@colloquy/contracts';
import { cardOf } from './card-of.ts';
import type { Tool } from './define-tool.ts';
import type { LoadedWorkflow, RunnableWorkflow } from './load-workflows.ts';
import { serverOfTool } from './mcp-tool-name.ts';
import type { OutsideToolSet } from './outside-tools.ts';
import { resolveDefinition, type DefinitionParts } from './resolve-definition.ts';
import { usedTools } from './tool-places.ts';
import { workflowHash } from './workflow-hash.ts';
import type { WorkflowYaml } from './workflow-yaml.ts';

/** What a workflow was read as. */
export interface WorkflowParts extends DefinitionParts {
  readonly dir: string;
  /** Undefined when nobody opened any. */
  readonly outside?: OutsideToolSet | undefined;
}

type Now = { readonly runnable: RunnableWorkflow } | { readonly unavailable: string };

/** The workflow, as it is whenever it is looked at. */
export function liveWorkflow(parts: WorkflowParts): LoadedWorkflow {
  const { name, dir, outside } = parts;
  let now = nowOf(parts);
  outside?.onChange(() => {
    now = nowOf(parts);
  });
  const own = new Map(parts.tools.map((tool) => [tool.name, tool]));
  return {
    name,
    dir,
    card: cardOf(parts),
    get runnable() {
      return 'runnable' in now ? now.runnable : undefined;
    },
    get unavailable() {
      return 'unavailable' in now ? now.unavailable : undefined;
    },
    findTool: (definition: Pick<ToolDefinition, 'name' | 'source'>) =>
      (definition.source?.kind === 'mcp' ? undefined : own.get(definition.name)) ?? outside?.find(definition),
  };
}

function nowOf({ outside, ...parts }: WorkflowParts): Now {
  const tools = [...parts.tools, ...inOrder(outside?.tools ?? [])];
  const yaml = withTools(parts.yaml, tools);
  const unopened = missingSets(parts.yaml, outside);
  // Of a server that is not there, each of its tools is missing too: once is enough.
  const missing = unopened.length > 0 ? unopened : [...missingTools(yaml, tools), ...doubles(tools)];
  if (missing.length > 0) return { unavailable: missing.join(' ') };
  const definition = resolveDefinition({ ...parts, yaml, tools });
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return { runnable: { definition, hash: workflowHash(definition), tools: byName } };
}

/** Those of servers by name: the order in which a server happens to list them would change the definition's hash. */
function inOrder(tools: readonly Tool[]): readonly Tool[] {
  const isListed = ({ source }: Tool): boolean => source?.kind === 'mcp';
  const listed = tools.filter(isListed).sort((a, b) => (a.name < b.name ? -1 : 1));
  return [...tools.filter((tool) => !isListed(tool)), ...listed];
}

function missingSets(yaml: WorkflowYaml, outside: OutsideToolSet | undefined): readonly string[] {
  if (outside !== undefined) return outside.missing;
  const named = [...Object.keys(yaml.mcp), ...Object.keys(yaml.http)];
  return named.length === 0 ? [] : [`Its tools from outside were not opened: ${named.join(', ')}.`];
}

/** Tools that something names and that their server does not have (any more). */
function missingTools(yaml: WorkflowYaml, tools: readonly Tool[]): string[] {
  const known = new Set(tools.map(({ name }) => name));
  const servers = Object.keys(yaml.mcp);
  return [...usedTools(yaml)].flatMap((name) => {
    const server = known.has(name) ? undefined : serverOfTool(name, servers);
    return server === undefined ? [] : [`The MCP server "${server}" has no tool "${name}".`];
  });
}

function doubles(tools: readonly Tool[]): string[] {
  const names = tools.map(({ name }) => name);
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [`There are two tools "${name}".`] : []));
}

/** `<server>_*` means what the server has now; of an optional server that is not there, nothing is meant. */
function withTools(yaml: WorkflowYaml, tools: readonly Tool[]): WorkflowYaml {
  const servers = Object.keys(yaml.mcp);
  const listed = new Set(tools.flatMap(({ source }) => (source?.kind === 'mcp' ? [source.server] : [])));
  const names = new Set(tools.map(({ name }) => name));
  const meant = (ref: string): string[] => {
    const server = serverOfTool(ref, servers);
    if (server === undefined || names.has(ref)) return [ref];
    if (!listed.has(server) && yaml.mcp[server]?.optional === true) return [];
    if (ref !== `${server}_*`) return [ref];
    return tools.flatMap(({ name, source }) => (source?.kind === 'mcp' && source.server === server ? [name] : []));
  };
  return {
    ...yaml,
    agents: yaml.agents.map((agent) => ({ ...agent, tools: [...new Set(agent.tools.flatMap(meant))] })),
  };
}
