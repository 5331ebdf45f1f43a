import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { instantSchema, jsonSchema } from '../values.ts';
import { defineEvent } from './envelope.ts';

/** Kinds of questions to a person. */
export const INPUT_KINDS = ['text', 'approval', 'choice', 'form'] as const;

export const inputRequest = defineEvent('input_request', 'A question to a person; it waits in the log.', {
  runId: idSchema,
  requestId: idSchema,
  kind: z.enum(INPUT_KINDS),
  prompt: z.string(),
  schema: jsonSchema.optional().meta({ description: 'JSON Schema of the answer (form), or {enum: [...]} (choice)' }),
  callId: idSchema.optional().meta({ description: 'The tool call that it is about' }),
  purpose: z.enum(['select_speaker', 'turn', 'end']).optional().meta({
    description:
      'Without a call: who is to speak next; what the person says before the agent speaks; or before the run ends',
  }),
  expiresAt: instantSchema.optional(),
});

export const inputResponse = defineEvent('input_response', 'The first valid answer to a question.', {
  runId: idSchema,
  requestId: idSchema,
  by: z.string().meta({ description: 'A user id, "expiry", or "run": the tool was allowed for the run by then' }),
  value: jsonSchema,
  comment: z.string().optional(),
});
