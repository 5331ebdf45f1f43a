import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { countSchema, jsonSchema, variablesSchema } from '../values.ts';
import { privateField } from '../visibility.ts';
import { targetSchema } from '../workflow/target.ts';
import { defineEvent } from './envelope.ts';

export const toolCall = defineEvent('tool_call', 'An agent asks for a tool.', {
  runId: idSchema,
  agent: z.string(),
  callId: idSchema,
  tool: z.string(),
  arguments: jsonSchema,
  messageId: idSchema.meta({ description: 'The reply that asked for it' }),
  approval: z.enum(['none', 'required']),
});

export const toolStarted = defineEvent('tool_started', 'A tool is about to run; recorded before its effect.', {
  runId: idSchema,
  callId: idSchema,
  attempt: countSchema,
});

export const toolResponse = defineEvent('tool_response', 'A tool answered, or failed.', {
  runId: idSchema,
  callId: idSchema,
  ok: z.boolean(),
  result: jsonSchema.optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  hidden: privateField(jsonSchema).optional().meta({
    description:
      'What it answered, or how it failed, when the engine itself asked: that is for nobody but the run, and there is no `result`',
    private: true,
  }),
  ms: countSchema,
  truncated: z.boolean().optional().meta({ description: 'True when the result was cut to its limit' }),
  set: privateField(variablesSchema)
    .optional()
    .meta({ description: 'Variables it wants set; applied in call order once all calls have answered', private: true }),
  target: targetSchema.optional().meta({ description: 'Where it wants the turn to go; applied likewise' }),
});
