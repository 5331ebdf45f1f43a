import { z } from 'zod';
import { CHAT_STATUSES } from '../constants.ts';
import type { ChatEvent } from '../events/chat-event.ts';
import { publicChatEventSchema } from '../events/public-chat-event.ts';
import { INPUT_KINDS } from '../events/person-events.ts';
import { idSchema } from '../ids.ts';
import { countSchema, instantSchema, jsonSchema, totalsSchema } from '../values.ts';

/** A question that waits for a person. */
export const pendingRequestSchema = z
  .object({
    requestId: idSchema,
    runId: idSchema,
    agent: z.string().optional(),
    kind: z.enum(INPUT_KINDS),
    prompt: z.string(),
    schema: jsonSchema.optional(),
    callId: idSchema.optional(),
    expiresAt: instantSchema.optional(),
    askedAt: instantSchema.optional().meta({ description: 'When it was asked' }),
    seq: countSchema,
  })
  .meta({ id: 'PendingRequest' });
/** A question that waits for a person. */
export type PendingRequest = z.infer<typeof pendingRequestSchema>;

/** State of a chat: it rests when `idle` or `waiting`. */
export const chatStatusSchema = z.enum(CHAT_STATUSES);
/** State of a chat. */
export type ChatStatus = z.infer<typeof chatStatusSchema>;

/** One line of the sidebar; also the payload of `chat_changed`. */
export const chatRowSchema = z
  .object({
    chatId: idSchema,
    title: z.string(),
    workflow: z.string(),
    status: chatStatusSchema,
    pinned: z.boolean(),
    pendingRequests: countSchema.meta({ description: 'How many questions wait' }),
    lastText: z.string(),
    costMicroUsd: countSchema,
    updatedAt: instantSchema,
    lastSeq: countSchema,
    unread: countSchema.optional().meta({
      description: 'How many messages, questions and failures the person has not seen, at most 100; none when left out',
    }),
    shared: z.boolean().optional().meta({ description: 'True while there is a read-only link to it' }),
    failed: z.boolean().optional().meta({ description: 'True when its last run has failed' }),
    cancelled: z.boolean().optional().meta({ description: 'True when its last run was stopped by a person' }),
    deleted: z.boolean().optional().meta({ description: 'True when the chat was deleted: take it off the list' }),
  })
  .meta({ id: 'ChatRow' });
/** One line of the sidebar. */
export type ChatRow = z.infer<typeof chatRowSchema>;

/** The last run of a chat. */
export const lastRunSchema = z.object({
  runId: idSchema,
  workflow: z.string(),
  status: z.enum(['running', 'completed', 'failed', 'cancelled']),
  startedAt: instantSchema,
  deadlineAt: instantSchema.optional(),
  endedAt: instantSchema.optional(),
  reason: z.object({ code: z.string(), text: z.string() }).optional(),
});

/** Tokens and money of a chat, by model as well. */
export const usageDocumentSchema = z.object({
  ...totalsSchema.shape,
  byModel: z.array(z.object({ model: z.string(), ...totalsSchema.shape })),
});

/** A chat as a person sees it. A fold of its log; `cursor` is where the socket goes on. */
export const chatDocumentSchema = z
  .object({
    chatId: idSchema,
    ownerId: z.string(),
    tenantId: z.string().optional(),
    workflow: z.string(),
    title: z.string(),
    status: chatStatusSchema,
    pinned: z.boolean(),
    shareId: z.string().nullable(),
    createdAt: instantSchema,
    updatedAt: instantSchema,
    deletedAt: instantSchema.optional(),
    forkedFrom: z
      .object({ chatId: idSchema, seq: countSchema })
      .optional()
      .meta({ description: 'The chat that it goes on from, and the last event that it has of it' }),
    lastSeq: countSchema,
    seenSeq: countSchema.optional().meta({ description: 'seq up to which the person has seen it, on any device' }),
    cursor: z.string(),
    usage: usageDocumentSchema,
    pendingRequests: z.array(pendingRequestSchema),
    lastRun: lastRunSchema.optional(),
    lastText: z.string(),
    messageCount: countSchema.meta({ description: 'How many events a person sees there are in all' }),
    messages: z
      .array(publicChatEventSchema)
      .meta({ description: 'The newest of the events that a person sees, oldest first' }),
  })
  .meta({ id: 'ChatDocument' });
/** A chat as a person sees it. */
export type ChatDocument = Omit<z.infer<typeof chatDocumentSchema>, 'messages'> & { messages: ChatEvent[] };

/** Who can speak after whom. */
export const workflowGraphSchema = z.object({
  pattern: z.string().meta({ description: 'How the next speaker is chosen' }),
  first: z.string().optional().meta({ description: 'The agent that begins, when it is always the same' }),
  edges: z.array(
    z.object({
      from: z.string(),
      to: z.string().meta({ description: 'An agent, or "person", "end"' }),
      kind: z.enum(['handoff', 'after', 'child', 'pattern']),
      label: z.string().optional(),
    }),
  ),
});
/** Who can speak after whom. */
export type WorkflowGraph = z.infer<typeof workflowGraphSchema>;

/** What a workflow is to those who pick one. */
export const workflowCardSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    starters: z.array(z.string()),
    agents: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        description: z.string(),
        model: z.string().optional().meta({ description: 'As the workflow names it; left out: the default' }),
        tools: z.array(z.string()).optional().meta({ description: 'Names of the tools it may call' }),
      }),
    ),
    graph: workflowGraphSchema.optional(),
    keys: z
      .array(z.object({ name: z.string(), present: z.boolean().optional() }))
      .optional()
      .meta({ description: 'Settings that its tools and models need from the environment' }),
    budgetMicroUsd: countSchema.optional().meta({ description: 'What one run of it may cost' }),
    onNewInput: z
      .enum(['queue', 'interrupt', 'reject', 'steer'])
      .optional()
      .meta({ description: 'What a message does that comes while a run goes on; default: queue' }),
    allowedForRun: z
      .array(z.string())
      .optional()
      .meta({ description: 'Tools of which one approval allows all calls in the same run' }),
  })
  .meta({ id: 'WorkflowCard' });
/** What a workflow is to those who pick one. */
export type WorkflowCard = z.infer<typeof workflowCardSchema>;

/** Tokens and money of several calls, and of how many of them the money is not known. */
const usageSumSchema = z.object({
  ...totalsSchema.shape,
  unpricedCalls: countSchema.optional().meta({
    description: 'How many of the calls had no known price: above 0 the cost is a lower bound; none when left out',
  }),
});

/** Usage of one user. */
export const usageReportSchema = z
  .object({
    byDay: z.array(z.object({ day: z.string(), ...usageSumSchema.shape })),
    byModel: z.array(z.object({ model: z.string(), ...usageSumSchema.shape })),
    byAgent: z.array(z.object({ agent: z.string(), ...usageSumSchema.shape })),
    totals: usageSumSchema,
  })
  .meta({ id: 'UsageReport' });
/** Usage of one user. */
export type UsageReport = z.infer<typeof usageReportSchema>;

/** An error, as RFC 9457 problem details. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Machine-readable; stable' }),
    detail: z.string().optional().meta({ description: 'What is wrong and how to mend it' }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
/** An error, as RFC 9457 problem details. */
export type Problem = z.infer<typeof problemSchema>;
