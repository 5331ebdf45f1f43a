import { z } from 'zod';
import { countSchema } from '../values.ts';
import { expressionSchema, nameSchema } from './names.ts';
import { afterWorkSchema, targetSchema } from './target.ts';

const maxRounds = countSchema.min(1).optional().meta({ description: 'A round is as many turns as there are agents' });
const shape = {
  initialAgent: nameSchema,
  transitions: z
    .record(nameSchema, z.array(nameSchema))
    .optional()
    .meta({ description: 'Who may speak after whom; an agent without an entry ends the run' }),
  mayRepeat: z
    .union([z.boolean(), z.array(nameSchema)])
    .optional()
    .meta({ description: 'May the one who spoke be chosen again? Default: yes, with `random` no' }),
  eligible: z
    .record(nameSchema, expressionSchema)
    .optional()
    .meta({ description: 'An agent can be chosen only while this is true' }),
  person: z.boolean().optional().meta({ description: 'The person is a candidate too: "user"' }),
  introductions: z.boolean().optional().meta({ description: 'Each agent knows the others by name and description' }),
};

/** How the next speaker is found when no handoff decides. */
export const patternSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('default'),
    ...shape,
    maxRounds,
    afterWork: targetSchema,
    afterWorks: z.array(afterWorkSchema).optional().meta({ description: 'Looked at before `afterWork`' }),
  }),
  z.object({ kind: z.literal('round_robin'), ...shape, maxRounds: countSchema.min(1) }),
  z.object({ kind: z.literal('random'), ...shape, maxRounds }),
  z.object({ kind: z.literal('manual'), ...shape, maxRounds }),
  z.object({
    kind: z.literal('auto'),
    ...shape,
    maxRounds,
    model: z.string().optional().meta({ description: 'Default: "default"' }),
    instruction: z.string().optional().meta({ description: 'How to choose; `{name}` is a variable' }),
    maxRetries: countSchema.optional().meta({ description: 'Tries with a correction; default 2' }),
  }),
]);
/** How the next speaker is found when no handoff decides. */
export type Pattern = z.infer<typeof patternSchema>;
