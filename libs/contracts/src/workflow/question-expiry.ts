import { z } from 'zod';
import { countSchema, jsonSchema } from '../values.ts';

/** What becomes of a question that nobody answers in time. */
export const questionExpirySchema = z.object({
  afterMs: countSchema.min(1),
  then: z
    .enum(['go_on', 'end_run'])
    .meta({ description: 'go_on: the agent learns of it; an approval counts as refused' }),
  defaultAnswer: jsonSchema
    .optional()
    .meta({ description: 'Stands for the answer to a text, to a choice that has it, or to a form that it fits' }),
});
/** What becomes of a question that nobody answers in time. */
export type QuestionExpiry = z.infer<typeof questionExpirySchema>;
