import { z } from 'zod';
import { countSchema, jsonSchema, variablesSchema } from './values.ts';

/** Names of agents and tools: what every model provider takes as a function name. */
export const NAME_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
const nameSchema = z.string().regex(NAME_PATTERN, 'must be 1 to 64 letters, digits, "_" or "-"');

/** Where the turn goes. */
export const targetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent'), agent: nameSchema }),
  z.object({ kind: z.literal('terminate') }),
  z.object({ kind: z.literal('stay') }),
  z.object({ kind: z.literal('revert_to_user') }),
]);
/** Where the turn goes. */
export type Target = z.infer<typeof targetSchema>;

/** A handoff that the model chooses: offered to it as the tool `transfer_to_<agent>`. */
export const modelHandoffSchema = z.object({
  target: targetSchema,
  description: z.string().meta({ description: 'Tells the model when to hand over' }),
});

/** What becomes of a question that nobody answers in time. */
export const questionExpirySchema = z.object({
  afterMs: countSchema.min(1),
  then: z
    .enum(['go_on', 'end_run'])
    .meta({ description: 'go_on: the agent learns of it; an approval counts as refused' }),
  defaultAnswer: z.string().optional().meta({ description: 'Stands for the answer to a text or a choice that has it' }),
});
/** What becomes of a question that nobody answers in time. */
export type QuestionExpiry = z.infer<typeof questionExpirySchema>;

/** An agent of a workflow. */
export const agentDefinitionSchema = z.object({
  name: nameSchema,
  title: z.string().meta({ description: 'What a person sees' }),
  description: z.string(),
  systemMessage: z.string(),
  model: z.string().meta({ description: 'A model name, or "default"' }),
  parameters: z
    .record(z.string(), jsonSchema)
    .meta({ description: 'Passed to the model call: temperature, max_completion_tokens, …' }),
  tools: z.array(nameSchema),
  handoffs: z.array(modelHandoffSchema),
  afterWork: targetSchema.optional().meta({ description: 'Where the turn goes when nothing else decided' }),
  askPerson: z.boolean().meta({ description: 'Offers the tool ask_person' }),
  questionExpiry: questionExpirySchema.optional().meta({ description: 'Of what it asks a person' }),
});
/** An agent of a workflow. */
export type AgentDefinition = z.infer<typeof agentDefinitionSchema>;

/** A tool as the engine knows it; what runs it is known by the effects only. */
export const toolDefinitionSchema = z.object({
  name: nameSchema,
  description: z.string(),
  inputSchema: z.record(z.string(), jsonSchema).meta({ description: 'JSON Schema of the arguments' }),
  idempotent: z.boolean(),
  onInterrupted: z
    .enum(['retry', 'fail', 'ask'])
    .meta({ description: 'What a takeover does with a call that had started' }),
  approval: z.enum(['none', 'required']),
  timeoutMs: countSchema.min(1),
  questionExpiry: questionExpirySchema.optional().meta({ description: 'Of what a person is asked about its calls' }),
});
/** A tool as the engine knows it. */
export type ToolDefinition = z.infer<typeof toolDefinitionSchema>;

/** Bounds of a run; each ends it with the typed code of the same name. */
export const limitsSchema = z.object({
  maxTurns: countSchema.min(1),
  maxToolCalls: countSchema.min(1),
  budgetMicroUsd: countSchema.optional(),
  budgetTokens: countSchema.optional(),
  deadlineMs: countSchema.optional(),
});
/** Bounds of a run. */
export type Limits = z.infer<typeof limitsSchema>;

/** How the next speaker is found when no handoff decides. */
export const patternSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('default'), initialAgent: nameSchema, afterWork: targetSchema }),
  z.object({ kind: z.literal('round_robin'), initialAgent: nameSchema, maxRounds: countSchema.min(1) }),
]);
/** How the next speaker is found when no handoff decides. */
export type Pattern = z.infer<typeof patternSchema>;

/** A workflow as a run uses it: YAML and tools resolved, stored in the bucket WORKFLOWS under its hash. */
export const workflowDefinitionSchema = z
  .object({
    name: nameSchema,
    title: z.string(),
    description: z.string(),
    starters: z.array(z.string()),
    pattern: patternSchema,
    agents: z.array(agentDefinitionSchema).min(1),
    tools: z.array(toolDefinitionSchema),
    variables: variablesSchema,
    limits: limitsSchema,
    onNewInput: z.enum(['queue', 'interrupt', 'reject']),
    sequentialTools: z.boolean(),
    titleModel: z
      .string()
      .optional()
      .meta({ description: 'Makes the title; without it the first words are the title' }),
    terminateOn: z.string().optional().meta({ description: 'A reply that contains this text ends the run' }),
    pricesHash: z.string().optional(),
  })
  .meta({ id: 'WorkflowDefinition' });
/** A workflow as a run uses it. */
export type WorkflowDefinition = z.infer<typeof workflowDefinitionSchema>;

/** Version of the engine's rules; recorded in run_started. */
export const ENGINE_VERSION = 1;
