import { z } from 'zod';
import { expressionSchema, nameSchema } from './names.ts';

const candidates = z.array(nameSchema).optional().meta({ description: 'Default: every agent but the one that spoke' });

/** Where the turn goes. */
export const targetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent'), agent: nameSchema }),
  z.object({ kind: z.literal('terminate') }),
  z.object({ kind: z.literal('stay') }),
  z.object({ kind: z.literal('revert_to_user') }),
  z.object({ kind: z.literal('ask_user'), candidates }).meta({ description: 'The person chooses who speaks' }),
  z
    .object({ kind: z.literal('group_manager'), candidates, instruction: z.string().optional() })
    .meta({ description: 'A model chooses who speaks, as the pattern auto does' }),
  z.object({ kind: z.literal('random'), candidates }),
  z.object({ kind: z.literal('child'), child: nameSchema }).meta({
    description: 'Child runs (a nested chat, an inner group, parallel branches); then the turn comes back',
  }),
  z.object({ kind: z.literal('function'), tool: nameSchema }).meta({
    description: 'A tool of the workflow decides: it is called by the engine, and its result says the target',
  }),
]);
/** Where the turn goes. */
export type Target = z.infer<typeof targetSchema>;

/** A handoff that the model chooses: offered to it as the tool `transfer_to_<target>`. */
export const modelHandoffSchema = z.object({
  target: targetSchema,
  description: z.string().meta({ description: 'Tells the model when to hand over; `{name}` is a variable' }),
  available: expressionSchema.optional().meta({ description: 'It is offered only while this is true' }),
});

/** A handoff that the variables decide, before the agent speaks and without a model. */
export const contextHandoffSchema = z.object({
  when: expressionSchema,
  available: expressionSchema.optional(),
  target: targetSchema,
});

/** Where the turn goes when an agent has spoken and nothing else decided: the first that applies. */
export const afterWorkSchema = z.object({
  when: expressionSchema.optional(),
  available: expressionSchema.optional(),
  target: targetSchema,
});
