import { z } from 'zod';
import { countSchema, jsonSchema } from '../values.ts';
import { expressionSchema, nameSchema } from './names.ts';
import { questionExpirySchema } from './question-expiry.ts';

/** What runs a tool. */
export const toolSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('code') }),
  z.object({ kind: z.literal('mcp'), server: nameSchema, tool: z.string() }),
  z.object({ kind: z.literal('http') }),
  z.object({ kind: z.literal('child'), child: nameSchema }).meta({ description: 'A sub-agent: child runs' }),
]);

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
  source: toolSourceSchema.optional().meta({ description: 'Default: code' }),
  approvalWhen: expressionSchema.optional().meta({
    description: 'Needs approval only while this is true; sees the arguments as `args` and the variables',
  }),
  approvalSticky: z
    .boolean()
    .optional()
    .meta({ description: 'Once a person has allowed it in a run, it needs no further approval in that run' }),
  retry: z
    .object({ attempts: countSchema.min(1), backoffMs: countSchema })
    .optional()
    .meta({ description: 'Tries in all when it fails, within one step; only of an idempotent tool' }),
  maxConcurrent: countSchema
    .min(1)
    .optional()
    .meta({ description: 'Calls of it at once in a chat, in all of its runs' }),
  maxResultLength: countSchema
    .min(1)
    .optional()
    .meta({ description: 'UTF-16 code units of the result as JSON; what is longer is cut, and says so' }),
});
/** A tool as the engine knows it. */
export type ToolDefinition = z.infer<typeof toolDefinitionSchema>;
