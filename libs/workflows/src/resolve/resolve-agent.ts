import type { AgentDefinition } from '@colloquy/contracts';
import { agentQuestions, asksPerson, expiryOf } from '../question-settings.ts';
import type { WorkflowYaml } from '../workflow-yaml.ts';
import { modelsOf, outputSettings, type AgentYaml, type EndYaml, type OutputYaml } from '../yaml/agent.ts';
import { targetOf } from '../yaml/target.ts';
import { resolveSchema, type Schemas } from './resolve-schema.ts';
import { resolveAfterWork } from './resolve-target.ts';
import { withoutUndefined } from './without-undefined.ts';

/** What the definitions of agents are made of besides their YAML. */
export interface AgentSurroundings {
  readonly yaml: WorkflowYaml;
  readonly schemas: Schemas;
}

/** An agent as the engine has it. */
export function resolveAgent(agent: AgentYaml, { yaml, schemas }: AgentSurroundings): AgentDefinition {
  const { use, fallbacks } = modelsOf(agent.model);
  return {
    name: agent.name,
    title: agent.title ?? agent.name,
    description: agent.description,
    systemMessage: agent.system_message,
    model: use,
    parameters: agent.parameters,
    tools: agent.tools,
    handoffs: agent.handoffs.map(({ to, when, available }) => ({
      target: targetOf(to),
      description: when,
      ...withoutUndefined({ available }),
    })),
    ...resolveAfterWork(agent.after_work),
    askPerson: agent.ask_person,
    ...withoutUndefined({
      fallbacks: listed([...fallbacks]),
      questionExpiry: asksPerson(agent) ? expiryOf(agentQuestions(agent, yaml)) : undefined,
      contextHandoffs: listed(agent.context_handoffs.map(contextHandoff)),
      updates: listed(agent.updates.map(updateOf)),
      output: agent.output === undefined ? undefined : outputOf(agent.output, schemas),
      endsOn: listed(agent.ends_on.map(resolveEnd)),
      person: agent.person,
      maxReplies: agent.max_replies,
      context: agent.context === undefined ? undefined : contextOf(agent.context),
    }),
  };
}

/** A list, or nothing when it is empty. */
export const listed = <T>(items: T[]): T[] | undefined => (items.length === 0 ? undefined : items);

function contextHandoff({ when, to, available }: AgentYaml['context_handoffs'][number]) {
  return { when, ...withoutUndefined({ available }), target: targetOf(to) };
}

function updateOf({ when, set }: AgentYaml['updates'][number]) {
  const expressions = Object.entries(set).map(([variable, value]) => [variable, String(value)] as const);
  return { ...withoutUndefined({ when }), set: Object.fromEntries(expressions) };
}

function outputOf(written: OutputYaml, schemas: Schemas): AgentDefinition['output'] {
  const { schema, strict, max_retries, save_to } = outputSettings(written);
  return {
    schema: resolveSchema(schema, schemas),
    strict,
    maxRetries: max_retries,
    ...withoutUndefined({ saveTo: save_to }),
  };
}

function contextOf(context: NonNullable<AgentYaml['context']>): AgentDefinition['context'] {
  const { max_tokens, keep_last, summarize, model } = context;
  return { maxTokens: max_tokens, keepLast: keep_last, summarize, ...withoutUndefined({ model }) };
}

/** What ends a run as the engine has it. */
export function resolveEnd(written: EndYaml): NonNullable<AgentDefinition['endsOn']>[number] {
  if (typeof written === 'string') return { kind: 'contains', text: written };
  const { contains, equals, matches, flags, when } = written;
  if (contains !== undefined) return { kind: 'contains', text: contains };
  if (equals !== undefined) return { kind: 'equals', text: equals };
  if (matches !== undefined) return { kind: 'matches', pattern: matches, ...withoutUndefined({ flags }) };
  return { kind: 'when', when: when ?? 'false' };
}
