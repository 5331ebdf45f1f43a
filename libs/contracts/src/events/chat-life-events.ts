import { z } from 'zod';
import { attachmentSchema } from '../attachment.ts';
import { idSchema } from '../ids.ts';
import { countSchema, variablesSchema } from '../values.ts';
import { privateField } from '../visibility.ts';
import { defineEvent } from './envelope.ts';

export const chatCreated = defineEvent('chat_created', 'The chat exists; only this may be seq 1.', {
  ownerId: z.string().min(1),
  tenantId: z.string().optional(),
  workflow: z.string().min(1),
  variables: privateField(variablesSchema),
  title: z.string().optional(),
  forkedFrom: z.object({ chatId: idSchema, seq: countSchema }).optional(),
});

export const userMessage = defineEvent('user_message', 'A person said something.', {
  messageId: idSchema,
  commandId: idSchema,
  text: z.string(),
  by: z.string().optional().meta({ description: 'User id of who said it' }),
  attachments: z.array(attachmentSchema).optional().meta({ description: 'Files that came with it' }),
  edits: idSchema.optional().meta({ description: 'messageId of the message that it stands for from now on' }),
  steers: idSchema.optional().meta({ description: 'The run that hears it while it goes on, with message_taken_up' }),
});

export const messageImported = defineEvent(
  'message_imported',
  'Something that was said elsewhere, before this chat began: agents know it, and no run answers it.',
  {
    messageId: idSchema,
    commandId: idSchema,
    role: z.enum(['user', 'assistant']),
    name: z.string().optional().meta({ description: 'Of an assistant: an agent of this workflow, or anybody else' }),
    text: z.string(),
  },
);

export const messageTakenUp = defineEvent(
  'message_taken_up',
  'A run that goes on has heard what was said to it meanwhile: from here on its agents know it.',
  { runId: idSchema, upToSeq: countSchema.meta({ description: 'seq of the newest message that it has heard' }) },
);

export const chatRenamed = defineEvent('chat_renamed', 'The chat has another title.', {
  title: z.string(),
  by: z.string().meta({ description: 'A user id, or "workflow" for a title made by a run' }),
});

export const chatPinned = defineEvent('chat_pinned', 'The chat was pinned or unpinned.', { pinned: z.boolean() });

export const shareChanged = defineEvent('share_changed', 'The read-only link was made or withdrawn.', {
  shareId: z.string().nullable(),
  by: z.string(),
});

export const chatSeen = defineEvent('chat_seen', 'The person has seen the chat up to an event, on some device.', {
  upToSeq: countSchema.meta({ description: 'seq of the newest event that was in view' }),
  commandId: idSchema,
});

export const chatDeleted = defineEvent('chat_deleted', 'The chat was deleted; it can be restored for ten minutes.', {
  by: z.string(),
});

export const chatRestored = defineEvent('chat_restored', 'The deletion was undone.', { by: z.string() });

export const commandRejected = defineEvent('command_rejected', 'A command could not be carried out.', {
  commandId: idSchema,
  code: z.string(),
  message: z.string(),
});

export const rewound = defineEvent(
  'rewound',
  'State and transcript go on from an earlier event; what followed stays on the log as an older version.',
  {
    toSeq: countSchema.meta({ description: 'The event just before the run whose answer is not wanted any more' }),
    commandId: idSchema,
    kept: z
      .array(idSchema)
      .optional()
      .meta({ description: 'messageIds of what the person said after toSeq and still wants answered' }),
    lastText: z.string().optional().meta({ description: 'What was said last in what is left; its beginning' }),
  },
);
