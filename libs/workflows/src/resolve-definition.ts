import type { WorkflowDefinition } from '@colloquy/contracts';
import { toolDefinitionOf, type Tool } from './define-tool.ts';
import { expiryOf } from './question-settings.ts';
import { listed, resolveAgent, resolveEnd } from './resolve/resolve-agent.ts';
import { childTool, childTools, resolveChild, resolveSummary } from './resolve/resolve-child.ts';
import { resolveGuardrail } from './resolve/resolve-guardrail.ts';
import { resolvePattern } from './resolve/resolve-pattern.ts';
import type { Schemas } from './resolve/resolve-schema.ts';
import { withSettings } from './resolve/resolve-tool.ts';
import { withoutUndefined } from './resolve/without-undefined.ts';
import { usedTools } from './tool-places.ts';
import type { WorkflowYaml } from './workflow-yaml.ts';
import { durationMs, microUsd } from './yaml/scalars.ts';

/** What a definition is made of. The YAML has been checked, and all its tools are there. */
export interface DefinitionParts {
  readonly name: string;
  readonly yaml: WorkflowYaml;
  readonly tools: readonly Tool[];
  /** The files that it names as schemas. */
  readonly schemas?: Schemas;
  readonly pricesHash?: string | undefined;
}

/** The definition that runs are started with. It has the tools that something in it uses, and no others. */
export function resolveDefinition({
  name,
  yaml,
  tools,
  pricesHash,
  schemas = new Map(),
}: DefinitionParts): WorkflowDefinition {
  const used = usedTools(yaml);
  const children = Object.entries(yaml.children);
  return {
    name,
    title: yaml.title ?? name,
    description: yaml.description,
    starters: yaml.starters,
    pattern: resolvePattern(yaml.pattern, yaml.initial_agent ?? yaml.agents[0]?.name ?? ''),
    agents: yaml.agents.map((agent) => resolveAgent(agent, { yaml, schemas })),
    tools: [
      ...tools.filter((tool) => used.has(tool.name)).map((tool) => withSettings(toolDefinitionOf(tool), yaml)),
      ...childTools(yaml).flatMap((child) => {
        const written = yaml.children[child];
        return written === undefined ? [] : [withSettings(childTool(child, written, schemas), yaml)];
      }),
    ],
    variables: yaml.variables,
    limits: limitsOf(yaml.limits),
    onNewInput: yaml.on_new_input,
    sequentialTools: yaml.sequential_tools,
    ...withoutUndefined({
      titleModel: yaml.title_model,
      terminateOn: yaml.terminate_on,
      endsOn: listed(yaml.ends_on.map(resolveEnd)),
      children: listed(children.map(([child, written]) => resolveChild(child, written, yaml))),
      guardrails: listed(yaml.guardrails.map(resolveGuardrail)),
      questionExpiry: expiryOf(yaml.questions),
      summary: yaml.summary === undefined ? undefined : resolveSummary(yaml.summary),
      pricesHash,
    }),
  };
}

function limitsOf(limits: WorkflowYaml['limits']): WorkflowDefinition['limits'] {
  const { budget_usd, chat_budget_usd, deadline } = limits;
  return {
    maxTurns: limits.max_turns,
    maxToolCalls: limits.max_tool_calls,
    ...withoutUndefined({
      budgetMicroUsd: budget_usd === undefined ? undefined : microUsd(budget_usd),
      budgetTokens: limits.budget_tokens,
      deadlineMs: deadline === undefined ? undefined : durationMs(deadline),
      chatBudgetMicroUsd: chat_budget_usd === undefined ? undefined : microUsd(chat_budget_usd),
      chatBudgetTokens: limits.chat_budget_tokens,
      maxRepeatedCalls: limits.max_repeated_calls,
      maxRepeatedHandoffs: limits.max_repeated_handoffs,
    }),
  };
}
