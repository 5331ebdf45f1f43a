import { z } from 'zod';
import {
  MAX_ATTACHMENTS,
  MAX_HISTORY_LENGTH,
  MAX_MESSAGE_LENGTH,
  MAX_TITLE_LENGTH,
  MAX_VALUE_LENGTH,
} from '../constants.ts';
import type { ChatEvent } from '../events/chat-event.ts';
import { publicChatEventSchema } from '../events/public-chat-event.ts';
import { idSchema } from '../ids.ts';
import { countSchema, instantSchema, jsonSchema, variablesSchema } from '../values.ts';
import { nameSchema } from '../workflow/names.ts';
import { chatRowSchema, chatStatusSchema, pendingRequestSchema, workflowCardSchema } from './documents.ts';

const textSchema = z.string().trim().min(1, 'must not be empty').max(MAX_MESSAGE_LENGTH);

const fits = (value: unknown): boolean => JSON.stringify(value).length <= MAX_VALUE_LENGTH;
const tooLong = `must not be longer than ${String(MAX_VALUE_LENGTH)} characters of JSON`;

/** With attachments a message needs no words. */
const spokenSchema = z.string().trim().max(MAX_MESSAGE_LENGTH);
const fileIdsSchema = z
  .array(idSchema)
  .max(MAX_ATTACHMENTS, `must not have more than ${String(MAX_ATTACHMENTS)} files`)
  .optional()
  .meta({ description: 'fileIds of files that this person has uploaded' });

const saysSomething = (said: { text: string; attachments?: readonly string[] | undefined }): boolean =>
  said.text !== '' || (said.attachments ?? []).length > 0;
const SAY_SOMETHING = { path: ['text'], message: 'must not be empty' };

/** Something that was said before the chat began, elsewhere. */
export const foreignMessageSchema = z
  .strictObject({
    role: z.enum(['user', 'assistant']),
    name: nameSchema
      .optional()
      .meta({ description: 'Of an assistant: an agent of the workflow says it as its own; default: assistant' }),
    text: textSchema,
  })
  .refine(({ role, name }) => role === 'assistant' || name === undefined, {
    path: ['name'],
    message: 'is for an assistant: what users say is the person’s',
  });
/** Something that was said before the chat began, elsewhere. */
export type ForeignMessage = z.infer<typeof foreignMessageSchema>;

/** Body of POST /v1/chats. */
export const createChatBody = z
  .strictObject({
    workflow: z.string().min(1),
    message: spokenSchema,
    attachments: fileIdsSchema,
    variables: variablesSchema.refine(fits, tooLong).optional(),
    history: z
      .array(foreignMessageSchema)
      .max(MAX_HISTORY_LENGTH, `must not have more than ${String(MAX_HISTORY_LENGTH)} messages`)
      .optional()
      .meta({ description: 'What was said elsewhere before, oldest first; agents know it, nobody answers it' }),
    id: idSchema.optional().meta({ description: 'The chatId, minted by the client: a UUIDv7 at most a day old' }),
  })
  .refine(({ message, attachments }) => saysSomething({ text: message, attachments }), {
    path: ['message'],
    message: 'must not be empty',
  })
  .meta({ id: 'CreateChat' });
/** Body of POST /v1/chats. */
export type CreateChatBody = z.infer<typeof createChatBody>;

/** Body of POST /v1/chats/:id/messages. */
export const sendMessageBody = z
  .strictObject({ text: spokenSchema, attachments: fileIdsSchema })
  .refine(saysSomething, SAY_SOMETHING)
  .meta({ id: 'SendMessage' });
/** Body of POST /v1/chats/:id/messages. */
export type SendMessageBody = z.infer<typeof sendMessageBody>;

/** Body of POST /v1/chats/:id/regenerate. */
export const regenerateBody = z
  .strictObject({
    messageId: idSchema
      .optional()
      .meta({ description: 'Of an answer, or of what the person said before it; default: the newest answer' }),
  })
  .meta({ id: 'Regenerate' });
/** Body of POST /v1/chats/:id/regenerate. */
export type RegenerateBody = z.infer<typeof regenerateBody>;

/** Body of POST /v1/chats/:id/edit. */
export const editMessageBody = z
  .strictObject({
    messageId: idSchema.meta({ description: 'Of something that the person said' }),
    text: spokenSchema,
    attachments: fileIdsSchema.meta({ description: 'The files it has from now on; left out: none' }),
  })
  .refine(saysSomething, SAY_SOMETHING)
  .meta({ id: 'EditMessage' });
/** Body of POST /v1/chats/:id/edit. */
export type EditMessageBody = z.infer<typeof editMessageBody>;

/** Body of POST /v1/chats/:id/fork. */
export const forkChatBody = z
  .strictObject({
    atSeq: countSchema.min(1).meta({ description: 'seq of the last event that the new chat has of this one' }),
    message: textSchema.optional().meta({ description: 'What is said next, in the new chat' }),
  })
  .meta({ id: 'ForkChat' });
/** Body of POST /v1/chats/:id/fork. */
export type ForkChatBody = z.infer<typeof forkChatBody>;

/** Body of POST /v1/chats/:id/inputs/:requestId; the value of an approval is a boolean. */
export const answerInputBody = z
  .strictObject({
    value: jsonSchema
      .refine((value) => value !== undefined, 'is required')
      .refine((value) => value === undefined || fits(value), tooLong),
    comment: z.string().max(4096).optional(),
  })
  .meta({ id: 'AnswerInput' });
/** Body of POST /v1/chats/:id/inputs/:requestId. */
export type AnswerInputBody = z.infer<typeof answerInputBody>;

/** Body of PATCH /v1/chats/:id: one of the two, or both. */
export const updateChatBody = z
  .strictObject({ title: z.string().trim().min(1).max(MAX_TITLE_LENGTH).optional(), pinned: z.boolean().optional() })
  .refine((body) => body.title !== undefined || body.pinned !== undefined, 'give title, pinned or both')
  .meta({ id: 'UpdateChat' });
/** Body of PATCH /v1/chats/:id. */
export type UpdateChatBody = z.infer<typeof updateChatBody>;

/** Body of POST /v1/chats/:id/seen. */
export const markSeenBody = z
  .strictObject({ upToSeq: countSchema.min(1).meta({ description: 'seq of the newest event that was in view' }) })
  .meta({ id: 'MarkSeen' });
/** Body of POST /v1/chats/:id/seen. */
export type MarkSeenBody = z.infer<typeof markSeenBody>;

/** Query of GET /v1/usage. */
export const usageQuery = z.strictObject({
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(366)
    .optional()
    .meta({ description: 'Only the last so many days (UTC), today included; default: all' }),
});
/** Query of GET /v1/usage. */
export type UsageQuery = z.infer<typeof usageQuery>;

/** Query of POST /v1/files; the body is the file, its media type in `content-type`. */
export const uploadFileQuery = z.strictObject({
  name: z.string().trim().min(1).max(200).meta({ description: 'What the file is called, without a path' }),
});
/** Query of POST /v1/files. */
export type UploadFileQuery = z.infer<typeof uploadFileQuery>;

/** Answer to DELETE /v1/files/:fileId. */
export const fileDeletedSchema = z.object({ fileId: idSchema }).meta({ id: 'FileDeleted' });
/** Answer to DELETE /v1/files/:fileId. */
export type FileDeleted = z.infer<typeof fileDeletedSchema>;

const flagSchema = z.literal('true').optional();

/** Query of GET /v1/chats. */
export const listChatsQuery = z.strictObject({
  status: chatStatusSchema.optional(),
  q: z.string().trim().max(200).optional(),
  pinned: flagSchema.meta({ description: 'Only those that are pinned' }),
  unread: flagSchema.meta({ description: 'Only those with something that the person has not seen' }),
  before: z.string().max(200).optional().meta({ description: '`next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
/** Query of GET /v1/chats. */
export type ListChatsQuery = z.infer<typeof listChatsQuery>;

/** Query of GET /v1/chats/:id/events. */
export const listEventsQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});
/** Query of GET /v1/chats/:id/events. */
export type ListEventsQuery = z.infer<typeof listEventsQuery>;

/** Query of GET /v1/chats/:id/export. */
export const exportQuery = z.strictObject({ format: z.enum(['json', 'md']).default('json') });

/** Answer to an accepted command. */
export const acceptedSchema = z.object({ commandId: idSchema }).meta({ id: 'Accepted' });
/** Answer to an accepted command. */
export type Accepted = z.infer<typeof acceptedSchema>;

/** Answer to an accepted POST /v1/chats/:id/share. */
export const shareAcceptedSchema = z
  .object({ commandId: idSchema, shareId: idSchema.meta({ description: 'The link is /s/<shareId>' }) })
  .meta({ id: 'ShareAccepted' });
/** Answer to an accepted POST /v1/chats/:id/share. */
export type ShareAccepted = z.infer<typeof shareAcceptedSchema>;

/** A chat as who has its link sees it: no cost, no owner, nothing that can be answered. */
export const sharedChatSchema = z
  .object({
    shareId: idSchema,
    title: z.string(),
    workflow: z.string(),
    createdAt: instantSchema,
    updatedAt: instantSchema,
    lastSeq: countSchema,
    messageCount: countSchema.meta({ description: 'How many events a person sees there are in all' }),
    messages: z
      .array(publicChatEventSchema)
      .meta({ description: 'The newest of the events that a person sees, oldest first' }),
  })
  .meta({ id: 'SharedChat' });
/** A chat as who has its link sees it. */
export type SharedChat = Omit<z.infer<typeof sharedChatSchema>, 'messages'> & { messages: ChatEvent[] };

/** What waits for this person, over all chats: those with a question, longest waiting first. */
export const inboxSchema = z
  .object({ chats: z.array(chatRowSchema.extend({ requests: z.array(pendingRequestSchema) })) })
  .meta({ id: 'Inbox' });
/** What waits for this person, over all chats. */
export type Inbox = z.infer<typeof inboxSchema>;

/** Answer to an accepted POST /v1/chats. */
export const chatAcceptedSchema = z.object({ chatId: idSchema, commandId: idSchema }).meta({ id: 'ChatAccepted' });
/** Answer to an accepted POST /v1/chats. */
export type ChatAccepted = z.infer<typeof chatAcceptedSchema>;

/** A page of the sidebar. */
export const chatPageSchema = z
  .object({ chats: z.array(chatRowSchema), next: z.string().optional() })
  .meta({ id: 'ChatPage' });
/** A page of the sidebar. */
export type ChatPage = z.infer<typeof chatPageSchema>;

/** A page of a chat's events. */
export const eventPageSchema = z
  .object({
    events: z.array(publicChatEventSchema),
    next: countSchema.optional().meta({ description: '`after` of the next page' }),
  })
  .meta({ id: 'EventPage' });
/** A page of a chat's events. */
export type EventPage = Omit<z.infer<typeof eventPageSchema>, 'events'> & { events: ChatEvent[] };

/** The workflows that a chat can be started with. */
export const workflowListSchema = z.object({ workflows: z.array(workflowCardSchema) }).meta({ id: 'WorkflowList' });
/** The workflows that a chat can be started with. */
export type WorkflowList = z.infer<typeof workflowListSchema>;

/** Who is asking. */
export const meSchema = z
  .object({
    userId: z.string(),
    tenantId: z.string().optional(),
    guest: z.boolean(),
    demoModel: z.boolean().meta({ description: 'True when the scripted demo model is speaking' }),
    attachments: z
      .object({
        maxBytes: countSchema.meta({ description: 'Largest file' }),
        maxPerMessage: countSchema,
        types: z.array(z.string()).meta({ description: 'Media types that are taken; `text/*` stands for any text' }),
      })
      .optional()
      .meta({ description: 'What files a message may bring; left out when this service takes none' }),
  })
  .meta({ id: 'Me' });
/** Who is asking. */
export type Me = z.infer<typeof meSchema>;

/** A new guest. */
export const guestSchema = z.object({ token: z.string(), userId: z.string() }).meta({ id: 'Guest' });
/** A new guest. */
export type Guest = z.infer<typeof guestSchema>;
