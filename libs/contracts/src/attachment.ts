import { z } from 'zod';
import { idSchema } from './ids.ts';
import { countSchema } from './values.ts';

/** A file that a person gave with a message; its bytes are in the file store under `fileId`. */
export const attachmentSchema = z
  .object({
    fileId: idSchema,
    name: z.string().min(1).max(200).meta({ description: 'As the person called it, without a path' }),
    type: z.string().min(3).max(100).meta({ description: 'Media type, as the service found it' }),
    size: countSchema.meta({ description: 'Bytes' }),
  })
  .meta({ id: 'Attachment' });
/** A file that a person gave with a message. */
export type Attachment = z.infer<typeof attachmentSchema>;
