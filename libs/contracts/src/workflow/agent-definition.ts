import { z } from 'zod';
import { countSchema, jsonSchema } from '../values.ts';
import { expressionSchema, nameSchema } from './names.ts';
import { questionExpirySchema } from './question-expiry.ts';
import { afterWorkSchema, contextHandoffSchema, modelHandoffSchema, targetSchema } from './target.ts';

/** When a reply, or what the variables say, ends the run. */
export const terminationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('contains'), text: z.string().min(1) }),
  z.object({ kind: z.literal('equals'), text: z.string().min(1) }),
  z.object({ kind: z.literal('matches'), pattern: z.string(), flags: z.string().optional() }),
  z.object({ kind: z.literal('when'), when: expressionSchema }),
]);

/** What a reply must look like. */
export const outputSchema = z.object({
  schema: z.record(z.string(), jsonSchema).meta({ description: 'JSON Schema of the reply' }),
  strict: z.boolean().meta({ description: 'Asks the provider to keep to it' }),
  maxRetries: countSchema.meta({ description: 'Tries with a correction when it does not fit' }),
  saveTo: z.string().optional().meta({ description: 'Variable of the run that gets the reply' }),
});

/** How much of the chat a model call sees. */
export const contextPolicySchema = z.object({
  maxTokens: countSchema
    .min(1)
    .meta({ description: 'Estimated tokens of a call: all messages, and the schemas of its tools and its reply' }),
  keepLast: countSchema.min(1).meta({ description: 'So many newest messages always stay whole' }),
  summarize: z.boolean().meta({ description: 'What does not fit is summarised by a model; else it is left out' }),
  model: z.string().optional().meta({ description: 'Makes the summary; default: that of the agent' }),
});

/** Changes variables before an agent speaks. */
export const updateHookSchema = z.object({
  when: expressionSchema.optional(),
  set: z.record(z.string(), expressionSchema).meta({ description: 'Variable to expression' }),
});

/** An agent of a workflow. */
export const agentDefinitionSchema = z.object({
  name: nameSchema,
  title: z.string().meta({ description: 'What a person sees' }),
  description: z.string(),
  systemMessage: z.string(),
  model: z.string().meta({ description: 'A model name, or "default"' }),
  fallbacks: z
    .array(z.string())
    .optional()
    .meta({ description: 'Models that answer instead, in this order, when the one before has failed for good' }),
  parameters: z
    .record(z.string(), jsonSchema)
    .meta({ description: 'Passed to the model call: temperature, max_completion_tokens, …' }),
  tools: z.array(nameSchema),
  handoffs: z.array(modelHandoffSchema),
  afterWork: targetSchema.optional().meta({ description: 'Where the turn goes when nothing else decided' }),
  askPerson: z.boolean().meta({ description: 'Offers the tool ask_person' }),
  questionExpiry: questionExpirySchema.optional().meta({ description: 'Of what it asks a person' }),
  contextHandoffs: z.array(contextHandoffSchema).optional(),
  afterWorks: z.array(afterWorkSchema).optional().meta({ description: 'Looked at before `afterWork`' }),
  updates: z.array(updateHookSchema).optional().meta({ description: 'Applied once before each turn' }),
  output: outputSchema.optional(),
  endsOn: z.array(terminationSchema).optional().meta({ description: 'Its reply ends the run when one applies' }),
  person: z.enum(['never', 'always', 'on_end']).optional().meta({
    description: 'AG2: human_input_mode. always: the person is asked before each turn; on_end: before it ends the run',
  }),
  maxReplies: countSchema
    .min(1)
    .optional()
    .meta({ description: 'Turns in a run; after that its after-work decides without it' }),
  context: contextPolicySchema.optional(),
});
/** An agent of a workflow. */
export type AgentDefinition = z.infer<typeof agentDefinitionSchema>;
