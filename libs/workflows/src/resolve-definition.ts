import {
  jsonSchema,
  type AgentDefinition,
  type Pattern,
  type QuestionExpiry,
  type ToolDefinition,
  type WorkflowDefinition,
} from '@colloquy/contracts';
import { z } from 'zod';
import { defaultAfterWork } from './check-workflow.ts';
import type { Tool } from './define-tool.ts';
import { agentQuestions, toolQuestions, type Questions } from './question-settings.ts';
import { toTarget } from './to-target.ts';
import { durationMs, expiryMs, type WorkflowYaml } from './workflow-yaml.ts';

/** What a definition is made of. The YAML has been checked, and all its tools are there. */
export interface DefinitionParts {
  readonly name: string;
  readonly yaml: WorkflowYaml;
  readonly tools: readonly Tool[];
  readonly pricesHash?: string | undefined;
}

const MICRO_USD = 1_000_000;

/** The definition that runs are started with. It has the tools that some agent uses, and no others. */
export function resolveDefinition({ name, yaml, tools, pricesHash }: DefinitionParts): WorkflowDefinition {
  const used = new Set(yaml.agents.flatMap((agent) => agent.tools));
  return {
    name,
    title: yaml.title ?? name,
    description: yaml.description,
    starters: yaml.starters,
    pattern: patternOf(yaml),
    agents: yaml.agents.map((agent) => agentOf(agent, yaml)),
    tools: tools.filter((tool) => used.has(tool.name)).map((tool) => toolOf(tool, yaml)),
    variables: yaml.variables,
    limits: limitsOf(yaml.limits),
    onNewInput: yaml.on_new_input,
    sequentialTools: yaml.sequential_tools,
    ...(yaml.title_model === undefined ? {} : { titleModel: yaml.title_model }),
    ...(yaml.terminate_on === undefined ? {} : { terminateOn: yaml.terminate_on }),
    ...(pricesHash === undefined ? {} : { pricesHash }),
  };
}

function patternOf(yaml: WorkflowYaml): Pattern {
  const initialAgent = yaml.initial_agent ?? yaml.agents[0]?.name ?? '';
  const { pattern } = yaml;
  const kind = typeof pattern === 'string' ? pattern : pattern.kind;
  if (kind === 'default')
    return { kind, initialAgent, afterWork: toTarget(defaultAfterWork(yaml) ?? 'revert_to_user') };
  const rounds = typeof pattern === 'object' && pattern.kind === 'round_robin' ? pattern.max_rounds : undefined;
  return { kind, initialAgent, maxRounds: rounds ?? 1 };
}

function agentOf(agent: WorkflowYaml['agents'][number], yaml: WorkflowYaml): AgentDefinition {
  const questionExpiry = agent.ask_person ? expiryOf(agentQuestions(agent, yaml)) : undefined;
  return {
    name: agent.name,
    title: agent.title ?? agent.name,
    description: agent.description,
    systemMessage: agent.system_message,
    model: agent.model,
    parameters: agent.parameters,
    tools: agent.tools,
    handoffs: agent.handoffs.map(({ to, when }) => ({ target: toTarget(to), description: when })),
    ...(agent.after_work === undefined ? {} : { afterWork: toTarget(agent.after_work) }),
    askPerson: agent.ask_person,
    ...(questionExpiry === undefined ? {} : { questionExpiry }),
  };
}

function toolOf(tool: Tool, yaml: WorkflowYaml): ToolDefinition {
  const settings = yaml.tools[tool.name];
  const questionExpiry = expiryOf(toolQuestions(tool.name, yaml));
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: toolInputSchema(tool),
    idempotent: tool.idempotent,
    onInterrupted: tool.onInterrupted,
    approval: settings?.approval ?? tool.approval,
    timeoutMs: (settings?.timeout === undefined ? undefined : durationMs(settings.timeout)) ?? tool.timeoutMs,
    ...(questionExpiry === undefined ? {} : { questionExpiry }),
  };
}

function expiryOf({ expires_after, on_expiry, default_answer }: Questions): QuestionExpiry | undefined {
  const afterMs = expires_after === undefined ? undefined : expiryMs(expires_after);
  if (afterMs === undefined) return undefined;
  const then = on_expiry ?? 'go_on';
  return { afterMs, then, ...(default_answer === undefined ? {} : { defaultAnswer: default_answer }) };
}

/**
 * JSON Schema of a tool's arguments, as models are given it.
 * @throws Error when the zod schema has no counterpart in JSON Schema (a date, a transform, …)
 */
export function toolInputSchema(tool: Tool): ToolDefinition['inputSchema'] {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(tool.input, { io: 'input' });
  return z.record(z.string(), jsonSchema).parse(structuredClone(schema));
}

function limitsOf(limits: WorkflowYaml['limits']): WorkflowDefinition['limits'] {
  const deadlineMs = limits.deadline === undefined ? undefined : durationMs(limits.deadline);
  return {
    maxTurns: limits.max_turns,
    maxToolCalls: limits.max_tool_calls,
    ...(limits.budget_usd === undefined ? {} : { budgetMicroUsd: Math.round(limits.budget_usd * MICRO_USD) }),
    ...(limits.budget_tokens === undefined ? {} : { budgetTokens: limits.budget_tokens }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  };
}
