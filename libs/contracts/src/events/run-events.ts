import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { countSchema, instantSchema, jsonSchema, totalsSchema, variablesSchema } from '../values.ts';
import { privateField } from '../visibility.ts';
import { targetSchema } from '../workflow/target.ts';
import { defineEvent } from './envelope.ts';

/** Why a run came to its end by itself. */
export const COMPLETION_CODES = [
  'max_turns',
  'max_rounds',
  'max_tool_calls',
  'budget_usd',
  'budget_tokens',
  'deadline',
  'loop_detected',
  'text_matched',
  'tool_finished',
  'no_next_speaker',
  'handoff_terminate',
  'question_expired',
  'chat_budget_usd',
  'chat_budget_tokens',
  'user_budget',
  'guardrail',
  'not_needed',
] as const;

export const runStarted = defineEvent('run_started', 'A run of a workflow began.', {
  runId: idSchema,
  workflow: z.string(),
  workflowHash: z.string().meta({ description: 'Key of the resolved definition in the bucket WORKFLOWS' }),
  engineVersion: countSchema,
  trigger: countSchema.meta({ description: 'seq of the event that the run answers' }),
  parentRunId: idSchema.optional().meta({ description: 'Of a child run: the run that asked for it' }),
  parentCallId: idSchema.optional().meta({ description: 'The tool call that asked for it' }),
  child: z.string().optional().meta({ description: 'Name of the child runs it is one of' }),
  branch: z.string().optional().meta({ description: 'Name of its branch' }),
  asked: privateField(z.string())
    .optional()
    .meta({ description: 'What a child run was asked; variables may be a part of it', private: true }),
  history: z
    .enum(['none', 'all'])
    .optional()
    .meta({ description: 'Of a child run: does it know what was said before in the run that asked for it?' }),
  mode: z
    .enum(['sequence', 'all', 'any', 'first_success'])
    .optional()
    .meta({ description: 'Of a child run: how what it comes to is joined with what the other branches come to' }),
  variables: privateField(variablesSchema).meta({
    description: 'Of a child run: what it has besides the variables of the run that asks',
    private: true,
  }),
  deadlineAt: instantSchema.optional().meta({ description: 'When it must have ended, waiting for a person included' }),
  worker: privateField(z.string()),
});

export const runClaimed = defineEvent('run_claimed', 'Another orchestrator took the run over.', {
  runId: idSchema,
  attempt: countSchema.meta({ description: 'Claims in a row without any other event of the run; 1 is the first' }),
  worker: privateField(z.string()),
});

export const runReleased = defineEvent('run_released', 'The orchestrator gave the run back.', {
  runId: idSchema,
  worker: privateField(z.string()),
  reason: z.literal('drain'),
});

export const speakerSelected = defineEvent('speaker_selected', 'An agent has its turn.', {
  runId: idSchema,
  agent: z.string(),
  by: z.enum(['pattern', 'handoff', 'model', 'human', 'after_work']),
  candidates: z.array(z.string()).optional(),
  reason: z.string().optional(),
});

export const handoff = defineEvent('handoff', 'One agent hands over to another.', {
  runId: idSchema,
  from: z.string(),
  to: z.string().meta({ description: 'An agent, "terminate", "user", or the name of another target' }),
  by: z.enum(['model', 'context', 'after_work', 'tool']),
  reason: z.string().optional(),
  towards: privateField(targetSchema)
    .optional()
    .meta({ description: 'Where the turn goes, when `to` is no agent', private: true }),
});

export const contextUpdated = defineEvent('context_updated', 'Variables of the run changed.', {
  runId: idSchema,
  set: privateField(variablesSchema),
});

export const usage = defineEvent('usage', 'What one model call used.', {
  runId: idSchema,
  purpose: z.enum(['reply', 'select_speaker', 'summary', 'guardrail', 'title']),
  model: z.string(),
  promptTokens: countSchema,
  cachedTokens: countSchema,
  completionTokens: countSchema,
  costMicroUsd: countSchema
    .nullable()
    .meta({ description: 'Millionths of a US dollar; null when the price is unknown' }),
  ms: countSchema,
  firstTokenMs: countSchema.nullable(),
  estimated: z
    .boolean()
    .optional()
    .meta({ description: 'True when the provider did not say and it was counted from the text' }),
  cutOff: z.boolean().optional().meta({ description: 'True when the call was cut off: nothing of it was answered' }),
  totals: totalsSchema,
});

export const modelChanged = defineEvent(
  'model_changed',
  'A model failed for good; for the rest of the run another one answers for the agent.',
  {
    runId: idSchema,
    agent: z.string(),
    from: z.string().meta({ description: 'A model name, or "default"' }),
    to: z.string().meta({ description: 'A model name, or "default"' }),
    error: z.object({ code: z.string(), message: z.string() }),
  },
);

export const guardrailTripped = defineEvent(
  'guardrail_tripped',
  'A guardrail found something: it stopped, changed or redirected it, or only warns of it.',
  {
    runId: idSchema,
    name: z.string(),
    on: z.enum(['input', 'output', 'tool', 'tool_arguments', 'tool_result']),
    action: z.string(),
    about: idSchema.optional().meta({ description: 'The message or the call that it is about' }),
    message: z.string().optional().meta({ description: 'What a person reads of it' }),
    replacement: privateField(z.string())
      .optional()
      .meta({ description: 'What stands for the text that was checked', private: true }),
    detail: privateField(jsonSchema),
    truncated: z
      .boolean()
      .optional()
      .meta({ description: 'True when what stands for the text was cut to fit into one commit' }),
  },
);

export const guardrailPassed = defineEvent('guardrail_passed', 'A guardrail that takes a step found nothing.', {
  runId: idSchema,
  name: z.string(),
  on: z.enum(['input', 'output', 'tool_arguments', 'tool_result']),
  about: idSchema.meta({ description: 'The message or the call that it is about' }),
});

export const contextSummarized = defineEvent(
  'context_summarized',
  'What an agent knows of the chat up to an event was put into a summary: it does not fit into a model call any more.',
  {
    runId: idSchema,
    agent: z.string(),
    upToSeq: countSchema,
    digest: privateField(z.string()),
    truncated: z.boolean().optional().meta({ description: 'True when it was cut to fit into one commit' }),
  },
);

export const runCompleted = defineEvent('run_completed', 'The run came to its end.', {
  runId: idSchema,
  reason: z.object({ code: z.enum(COMPLETION_CODES), text: z.string() }),
  summary: z.string().optional(),
  truncated: z.boolean().optional().meta({ description: 'True when the summary was cut to fit into one commit' }),
});

export const runFailed = defineEvent('run_failed', 'The run could not go on.', {
  runId: idSchema,
  error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }),
  detail: privateField(z.string()).optional().meta({ description: 'The raw error, for operators', private: true }),
});

export const runCancelled = defineEvent('run_cancelled', 'A person stopped the run.', {
  runId: idSchema,
  by: z.string(),
  commandId: idSchema,
});
