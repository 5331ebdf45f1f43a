import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { countSchema, jsonSchema } from '../values.ts';
import { privateField } from '../visibility.ts';
import { defineEvent } from './envelope.ts';

/** What one message took. */
const messageUsageSchema = z.object({
  model: z.string(),
  promptTokens: countSchema,
  completionTokens: countSchema,
  costMicroUsd: countSchema.nullable(),
  ms: countSchema,
});

export const messageStarted = defineEvent(
  'message_started',
  'An agent began to say something; rides with its first delta.',
  {
    runId: idSchema,
    agent: z.string(),
    messageId: idSchema,
    kind: z.enum(['text', 'reasoning']),
    purpose: z.enum(['reply', 'select_speaker', 'summary', 'guardrail', 'title']),
    model: z.string(),
    attempt: countSchema,
  },
);

export const text = defineEvent('text', 'An agent said something; the whole text.', {
  runId: idSchema,
  agent: z.string(),
  messageId: idSchema,
  text: z.string(),
  finishReason: z.string(),
  structured: jsonSchema.optional(),
  usage: messageUsageSchema
    .optional()
    .meta({ description: 'Of the model call that gave it, as its usage event has it' }),
  truncated: z.boolean().optional().meta({ description: 'True when it was cut to fit into one commit' }),
});

export const reasoning = defineEvent('reasoning', 'What a model thought before it spoke.', {
  runId: idSchema,
  agent: z.string(),
  messageId: idSchema,
  text: z.string(),
  ms: countSchema,
  truncated: z.boolean().optional().meta({ description: 'True when it was cut to fit into one commit' }),
});

export const messageAborted = defineEvent('message_aborted', 'A message ended before it was complete.', {
  runId: idSchema,
  agent: z.string(),
  messageId: idSchema,
  text: z.string().meta({ description: 'What was shown of it' }),
  truncated: z.boolean().optional().meta({ description: 'True when it was cut to fit into one commit' }),
  reason: z.enum(['cancelled', 'crashed', 'handed_over', 'failed', 'retried', 'invalid']),
  purpose: z
    .literal('select_speaker')
    .optional()
    .meta({ description: 'Of what was not said to anybody: a choice of a speaker that could not be used' }),
});

export const replyHeld = defineEvent(
  'reply_held',
  'A reply, or what a tool answered, that a guardrail has to pass before anybody sees it; or the summary of a run until its end.',
  {
    runId: idSchema,
    agent: z.string(),
    messageId: idSchema.meta({ description: 'The reply, or the call that was answered' }),
    finishReason: z.string().meta({ description: 'Of a tool "tool_result", of a summary "summary"' }),
    reply: privateField(jsonSchema).meta({
      description: '{text, toolCalls, model}; of a tool {tool, result}; of a summary {text}; cut with truncated',
      private: true,
    }),
  },
);
