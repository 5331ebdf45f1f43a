import { z } from 'zod';
import { countSchema, variablesSchema } from './values.ts';
import { agentDefinitionSchema, terminationSchema } from './workflow/agent-definition.ts';
import { childDefinitionSchema, summarySchema } from './workflow/child-definition.ts';
import { guardrailSchema } from './workflow/guardrail.ts';
import { nameSchema } from './workflow/names.ts';
import { patternSchema } from './workflow/pattern.ts';
import { questionExpirySchema } from './workflow/question-expiry.ts';
import { toolDefinitionSchema } from './workflow/tool-definition.ts';

/** Bounds of a run; each ends it with the typed code of the same name. */
export const limitsSchema = z.object({
  maxTurns: countSchema.min(1),
  maxToolCalls: countSchema.min(1),
  budgetMicroUsd: countSchema.optional(),
  budgetTokens: countSchema.optional(),
  deadlineMs: countSchema.optional(),
  chatBudgetMicroUsd: countSchema.optional().meta({ description: 'Of the whole chat, over all its runs' }),
  chatBudgetTokens: countSchema.optional().meta({ description: 'Of the whole chat, over all its runs' }),
  maxRepeatedCalls: countSchema
    .min(2)
    .optional()
    .meta({ description: 'So often in a row the same call with the same result is a loop; default 5' }),
  maxRepeatedHandoffs: countSchema.min(2).optional().meta({
    description:
      'So many handoffs in a row between the same two agents are a loop; default 10, and then only those count between which nobody said anything',
  }),
});
/** Bounds of a run. */
export type Limits = z.infer<typeof limitsSchema>;

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
    onNewInput: z.enum(['queue', 'interrupt', 'reject', 'steer']).meta({
      description: 'What a message does that comes while a run goes on; steer: the agents hear it at the next step',
    }),
    sequentialTools: z.boolean(),
    titleModel: z
      .string()
      .optional()
      .meta({ description: 'Makes the title; without it the first words are the title' }),
    terminateOn: z.string().optional().meta({ description: 'A reply that contains this text ends the run' }),
    endsOn: z.array(terminationSchema).optional().meta({ description: 'Ends the run, whoever replied' }),
    children: z.array(childDefinitionSchema).optional(),
    guardrails: z.array(guardrailSchema).optional(),
    summary: summarySchema.optional().meta({ description: 'What run_completed says; default: nothing' }),
    questionExpiry: questionExpirySchema
      .optional()
      .meta({ description: 'Of what no agent asks: who is to speak next' }),
    pricesHash: z.string().optional(),
  })
  .meta({ id: 'WorkflowDefinition' });
/** A workflow as a run uses it. */
export type WorkflowDefinition = z.infer<typeof workflowDefinitionSchema>;

/** Version of the engine's rules; recorded in run_started. */
export const ENGINE_VERSION = 3;
