import { z } from 'zod';
import { privateFieldsOf } from '../visibility.ts';
import { eventSchemas, type ChatEvent } from './chat-event.ts';

/** Names of the private fields; a test holds them to the schemas. */
export const PRIVATE_FIELDS = [
  'variables',
  'worker',
  'set',
  'detail',
  'reply',
  'replacement',
  'digest',
  'towards',
  'asked',
  'hidden',
] as const;

type Shown<E> = E extends unknown ? Omit<E, (typeof PRIVATE_FIELDS)[number]> : never;
/** An event as anybody outside of the services sees it: without its private fields. */
export type PublicChatEvent = Shown<ChatEvent>;

function shown(schema: z.ZodObject): z.ZodObject {
  const hidden = new Set(privateFieldsOf(schema));
  if (hidden.size === 0) return schema;
  const shape = Object.entries(schema.shape).filter(([name]) => !hidden.has(name));
  return z.object(Object.fromEntries(shape)).meta({ ...schema.meta() });
}

/** The schema of any known event as it goes over HTTP and the socket: what `publicEvent` gives. */
export const publicChatEventSchema = z.discriminatedUnion('type', [
  shown(eventSchemas.chat_created),
  ...Object.values(eventSchemas)
    .filter((schema) => schema.shape.type.value !== 'chat_created')
    .map(shown),
]) as z.ZodType as z.ZodType<PublicChatEvent>;
