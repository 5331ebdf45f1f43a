import { z } from 'zod';
import { expressionSchema, nameSchema } from './names.ts';
import { targetSchema } from './target.ts';

const check = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('regex'),
    pattern: z.string(),
    flags: z.string().optional().meta({ description: 'Of a JavaScript regular expression; default "iu"' }),
  }),
  z.object({
    kind: z.literal('model'),
    model: z.string(),
    instruction: z.string().meta({ description: 'What must not pass' }),
  }),
  z.object({ kind: z.literal('function'), tool: nameSchema }).meta({
    description: 'A tool of the workflow: gets {on, text}, answers {tripped, reason?, replacement?}',
  }),
]);

/** A check of what goes in or out. Regular expressions are checked by the engine, the others are steps of the run. */
export const guardrailSchema = z.object({
  name: nameSchema,
  on: z.enum(['input', 'output', 'tool_arguments', 'tool_result']).meta({
    description:
      'input: what a person said, or a child run is asked, before an agent sees it; output: a reply, before anybody sees it',
  }),
  agents: z.array(nameSchema).optional().meta({ description: 'Default: all' }),
  tools: z.array(nameSchema).optional().meta({ description: 'For tool_arguments and tool_result; default: all' }),
  check,
  available: expressionSchema.optional().meta({ description: 'It is looked at only while this is true' }),
  action: z.enum(['stop', 'redirect', 'rewrite', 'mask', 'warn']).meta({
    description:
      'mask: what the regular expression finds is replaced; rewrite: all of it is; warn: nothing changes, it is on the log',
  }),
  message: z.string().optional().meta({ description: 'What a person reads, and what stands for what was rewritten' }),
  target: targetSchema.optional().meta({ description: 'For redirect: where the turn goes' }),
});
/** A check of what goes in or out. */
export type Guardrail = z.infer<typeof guardrailSchema>;
