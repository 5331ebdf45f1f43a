import type { Branch, ChildDefinition, Summary, ToolDefinition } from '@colloquy/contracts';
import type { WorkflowYaml } from '../workflow-yaml.ts';
import { branchesOf, type BranchYaml, type ChildYaml, type SummaryYaml } from '../yaml/child.ts';
import { microUsd } from '../yaml/scalars.ts';
import { targetOf } from '../yaml/target.ts';
import { resolvePattern } from './resolve-pattern.ts';
import { resolveSchema, type Schema, type Schemas } from './resolve-schema.ts';
import { withoutUndefined } from './without-undefined.ts';

/** What a model tells a child that says nothing of its arguments. */
const TASK: Schema = {
  type: 'object',
  properties: { task: { type: 'string', description: 'What is to be done, with all that is needed to do it' } },
  required: ['task'],
  additionalProperties: false,
};
/** Child runs end by their own limits; this is only when nobody waits for them any more. */
const TIMEOUT_MS = 3_600_000;

/** The children that some agent offers as a tool, by name. */
export function childTools(yaml: WorkflowYaml): string[] {
  const offered = new Set(yaml.agents.flatMap((agent) => agent.tools));
  return Object.keys(yaml.children).filter((child) => offered.has(child));
}

/** Child runs as the engine has them. */
export function resolveChild(name: string, written: ChildYaml, yaml: WorkflowYaml): ChildDefinition {
  const asTask = written.input === undefined && childTools(yaml).includes(name);
  return {
    name,
    title: written.title ?? name,
    description: written.description,
    branches: branchesOf(name, written).map(({ branch }) => branchOf(branch, asTask)),
    mode: 'branches' in written ? written.mode : 'sequence',
    ...withoutUndefined({ then: written.then === undefined ? undefined : targetOf(written.then) }),
  };
}

function branchOf(branch: BranchYaml, asTask: boolean): Branch {
  const { name, agents, history, carryover, max_turns, budget_usd, budget_tokens } = branch;
  return {
    name,
    agents,
    pattern: resolvePattern(branch.pattern, branch.initial_agent ?? agents[0] ?? ''),
    history,
    carryover,
    summary: resolveSummary(branch.summary),
    ...withoutUndefined({
      after: branch.after,
      message: branch.message ?? (asTask ? '{args.task}' : undefined),
      maxTurns: max_turns,
      budgetMicroUsd: budget_usd === undefined ? undefined : microUsd(budget_usd),
      budgetTokens: budget_tokens,
    }),
  };
}

/** A summary as the engine has it. */
export function resolveSummary(written: SummaryYaml): Summary {
  if (typeof written === 'string') return { kind: written };
  if (written.function !== undefined) return { kind: 'function', tool: written.function };
  return { kind: 'model', model: written.model ?? 'default', instruction: written.instruction ?? '' };
}

/** A child as a tool that a model calls. */
export function childTool(name: string, written: ChildYaml, schemas: Schemas): ToolDefinition {
  return {
    name,
    description: written.description,
    inputSchema: written.input === undefined ? TASK : resolveSchema(written.input, schemas),
    idempotent: true,
    onInterrupted: 'retry',
    approval: 'none',
    timeoutMs: TIMEOUT_MS,
    source: { kind: 'child', child: name },
  };
}
