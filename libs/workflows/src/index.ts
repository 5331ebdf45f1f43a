/** Loads and validates workflow folders; defineTool. */
export {
  createTool,
  defineTool,
  InvalidArgumentsError,
  isSteeringResult,
  isTool,
  isToolError,
  result,
  ToolError,
  type ResultOptions,
  type SteeringResult,
  type Tool,
  type ToolContext,
  type ToolOptions,
  type ToolReturn,
  type ToolSettings,
} from './define-tool.ts';
export {
  loadWorkflow,
  loadWorkflows,
  type LoadedWorkflow,
  type LoadedWorkflows,
  type LoadOptions,
  type RunnableWorkflow,
} from './load-workflows.ts';
export type { OutsideTools, OutsideToolSet, OutsideToolsOf } from './outside-tools.ts';
export {
  ENV_REFERENCE,
  isIdempotent,
  type HttpToolYaml,
  type McpServerYaml,
  type OutsideToolsYaml,
} from './yaml/outside-tools.ts';
export { fillIn, httpToolInput, namedIn, namedInBody, type HttpToolInput } from './http-tool-input.ts';
export { mcpToolName } from './mcp-tool-name.ts';
export { durationMs } from './yaml/scalars.ts';
export type { PriceList } from './check/check.ts';
export { formatFault, WorkflowFaultsError, type WorkflowFault } from './workflow-fault.ts';
export { cardOf } from './card-of.ts';
export { graphOf, type Graph, type GraphEdge, type GraphNode } from './graph-of.ts';
export { workflowHash } from './workflow-hash.ts';
export { workflowYamlJsonSchema, type WorkflowYaml } from './workflow-yaml.ts';
export { toTarget } from './to-target.ts';
export { templateVariables } from './template-variables.ts';
export { docsSearchTool } from './docs-search-tool.ts';
export { createDocsSearch, type DocsHit, type DocsSearch } from './docs-search.ts';
