import { z } from 'zod';
import { MAX_ATTACHMENTS, MAX_MESSAGE_LENGTH, MAX_TITLE_LENGTH, WIRE_VERSION } from './constants.ts';
import { attachmentSchema } from './attachment.ts';
import { idSchema } from './ids.ts';
import { countSchema, instantSchema, jsonSchema } from './values.ts';

const commandShape = {
  v: z.literal(WIRE_VERSION),
  commandId: idSchema,
  chatId: idSchema,
  userId: z.string().min(1).meta({ description: 'Who asks; the owner in chat_created decides. For a timer: "timer"' }),
  at: instantSchema.meta({ description: 'When it was accepted; of a timer, when it is due' }),
};

const commandKindSchema = z.discriminatedUnion('kind', [
  z.object({
    ...commandShape,
    kind: z.literal('message'),
    messageId: idSchema,
    text: z.string().max(MAX_MESSAGE_LENGTH).meta({ description: 'Empty only when there are attachments' }),
    attachments: z.array(attachmentSchema).max(MAX_ATTACHMENTS).optional(),
  }),
  z.object({
    ...commandShape,
    kind: z.literal('input'),
    requestId: idSchema,
    value: jsonSchema,
    comment: z.string().max(4096).optional(),
  }),
  z.object({ ...commandShape, kind: z.literal('cancel') }),
  z.object({
    ...commandShape,
    kind: z.literal('regenerate'),
    messageId: idSchema
      .optional()
      .meta({ description: 'What an agent or the person said; default: the newest answer' }),
  }),
  z.object({
    ...commandShape,
    kind: z.literal('edit'),
    messageId: idSchema.meta({ description: 'What the person said; the new text has the id of the command' }),
    text: z.string().max(MAX_MESSAGE_LENGTH).meta({ description: 'Empty only when there are attachments' }),
    attachments: z.array(attachmentSchema).max(MAX_ATTACHMENTS).optional(),
  }),
  z.object({ ...commandShape, kind: z.literal('rename'), title: z.string().min(1).max(MAX_TITLE_LENGTH) }),
  z.object({ ...commandShape, kind: z.literal('pin'), pinned: z.boolean() }),
  z.object({
    ...commandShape,
    kind: z.literal('share'),
    shareId: idSchema.nullable().meta({ description: 'Of the read-only link; null withdraws it' }),
  }),
  z.object({ ...commandShape, kind: z.literal('seen'), upToSeq: countSchema }),
  z.object({ ...commandShape, kind: z.literal('delete') }),
  z.object({ ...commandShape, kind: z.literal('restore') }),
  z.object({ ...commandShape, kind: z.literal('expiry'), requestId: idSchema }),
  z.object({ ...commandShape, kind: z.literal('deadline'), runId: idSchema }),
]);

/** A request to change an existing chat, as it travels on `command.<chatId>`. */
export const commandSchema = commandKindSchema
  .refine((command) => !('text' in command) || command.text !== '' || (command.attachments ?? []).length > 0, {
    path: ['text'],
    message: 'must not be empty without attachments',
  })
  .meta({ id: 'Command' });
/** A request to change an existing chat. */
export type Command = z.infer<typeof commandSchema>;

const commandKinds: ReadonlySet<string> = new Set(commandKindSchema.options.map((option) => option.shape.kind.value));

/**
 * What every version knows of a command: a valid envelope around a kind that this version has not. While versions are mixed
 * (a deploy, step by step), somebody else may know it.
 */
export const newerCommandSchema = z.looseObject({
  ...commandShape,
  kind: z.string().refine((kind) => !commandKinds.has(kind), 'a kind that is known'),
});

/** userId of commands that a timer sent. */
export const TIMER_USER = 'timer';

/** "Run this chat until it rests": a message on `run.<chatId>`. */
export const ticketSchema = z
  .object({ v: z.literal(WIRE_VERSION), chatId: idSchema, commandId: idSchema.optional() })
  .meta({ id: 'Ticket' });
/** "Run this chat until it rests". */
export type Ticket = z.infer<typeof ticketSchema>;

/** Why a command was refused; also the `code` of `command_rejected`. */
export const REJECTION_CODES = [
  'not_owner',
  'chat_deleted',
  'not_deleted',
  'undo_expired',
  'chat_busy',
  'nothing_to_cancel',
  'request_not_pending',
  'invalid_value',
  'nothing_to_regenerate',
  'message_not_found',
] as const;
/** Why a command was refused. */
export type RejectionCode = (typeof REJECTION_CODES)[number];

const traceparent = z.string().max(128).optional().meta({ description: 'W3C trace context of who asks' });

/** A request to the orchestrator that runs a chat, on `owner.<chatId>`. */
export const ownerRequestSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('command'), command: commandSchema, traceparent }),
    z.object({ kind: z.literal('ticket'), traceparent }),
  ])
  .meta({ id: 'OwnerRequest' });
/** A request to the orchestrator that runs a chat. */
export type OwnerRequest = z.infer<typeof ownerRequestSchema>;

/** Its answer. A verdict is given only after the commit that holds the command's event is on disk. */
export const ownerReplySchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('recorded'), verdict: z.enum(['accepted', 'rejected']) }),
    z.object({
      kind: z.literal('ticket'),
      streamSeq: z.int().meta({ description: 'Stream sequence of the ticket it holds' }),
    }),
    z.object({ kind: z.literal('refused') }).meta({ description: 'It is closing: ask again' }),
  ])
  .meta({ id: 'OwnerReply' });
/** Answer of the orchestrator that runs a chat. */
export type OwnerReply = z.infer<typeof ownerReplySchema>;
