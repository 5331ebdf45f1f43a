import { z } from 'zod';
import { countSchema } from '../values.ts';
import { nameSchema } from './names.ts';
import { patternSchema } from './pattern.ts';
import { targetSchema } from './target.ts';

/** What a run leaves to whoever asked for it. */
export const summarySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('last_message') }),
  z.object({ kind: z.literal('model'), model: z.string(), instruction: z.string() }),
  z.object({ kind: z.literal('function'), tool: nameSchema }),
]);
/** What a run leaves to whoever asked for it. */
export type Summary = z.infer<typeof summarySchema>;

/** One child run: agents of the workflow with a pattern of their own. */
export const branchSchema = z.object({
  name: nameSchema,
  agents: z.array(nameSchema).min(1),
  pattern: patternSchema,
  message: z.string().optional().meta({
    description:
      'What it is asked; `{name}` is a variable, `{args.name}` an argument of the call. Default: the arguments of the call, else what was said last',
  }),
  history: z.enum(['none', 'all']).meta({ description: 'Does it know what was said before in the run that asks?' }),
  after: z.array(nameSchema).min(1).optional().meta({
    description: 'With `all`: it begins when these branches have ended; when one of them has failed it never begins',
  }),
  carryover: z
    .enum(['none', 'last', 'all'])
    .meta({ description: 'Which summaries of the branches before it, or of those it comes after, it gets as context' }),
  summary: summarySchema,
  maxTurns: countSchema.min(1).optional(),
  budgetMicroUsd: countSchema.optional().meta({ description: 'Its own, within what the parent has left' }),
  budgetTokens: countSchema.optional(),
});
/** One child run. */
export type Branch = z.infer<typeof branchSchema>;

/** Child runs: a nested chat or an inner group is one branch or a sequence, a fan-out is several at once. */
export const childDefinitionSchema = z.object({
  name: nameSchema,
  title: z.string(),
  description: z.string(),
  branches: z.array(branchSchema).min(1),
  mode: z.enum(['sequence', 'all', 'any', 'first_success']).meta({
    description:
      'sequence: one after the other; all: at once, joined when all have ended; any: the first end counts, be it a failure; first_success: the first that has finished, which one that a limit or a guardrail stopped has not. What goes on by then is cancelled',
  }),
  then: targetSchema.optional().meta({ description: 'Where the turn goes after them; default: stay' }),
});
/** Child runs. */
export type ChildDefinition = z.infer<typeof childDefinitionSchema>;
