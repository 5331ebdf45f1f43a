import { z } from 'zod';
import { deltaSchema } from './commit.ts';
import type { ChatEvent } from './events/chat-event.ts';
import { publicChatEventSchema } from './events/public-chat-event.ts';
import { idSchema } from './ids.ts';
import type { Delta } from './commit.ts';
import { chatRowSchema } from './http/documents.ts';

/** client → server `subscribe`. Without a cursor: from seq 1. */
export const subscribeSchema = z
  .object({ chatId: idSchema, cursor: z.string().max(64).optional() })
  .meta({ id: 'Subscribe' });
/** client → server `subscribe`. */
export type Subscribe = z.infer<typeof subscribeSchema>;

/** Answer to `subscribe`. `recovered: false`: nothing was replayed; reload by HTTP and subscribe with its cursor. */
export const subscribeReplySchema = z
  .discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), recovered: z.boolean(), cursor: z.string() }),
    z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
  ])
  .meta({ id: 'SubscribeReply' });
/** Answer to `subscribe`. */
export type SubscribeReply = z.infer<typeof subscribeReplySchema>;

/** client → server `unsubscribe`. */
export const unsubscribeSchema = z.object({ chatId: idSchema }).meta({ id: 'Unsubscribe' });
/** client → server `unsubscribe`. */
export type Unsubscribe = z.infer<typeof unsubscribeSchema>;

/** server → client `commits`: one or more commits joined; `cursor` is that of the last one included. */
export const commitsSchema = z
  .object({
    chatId: idSchema,
    cursor: z.string(),
    events: z.array(publicChatEventSchema),
    deltas: z.array(deltaSchema),
  })
  .meta({ id: 'Commits' });
/** server → client `commits`. */
export interface Commits {
  chatId: string;
  cursor: string;
  events: ChatEvent[];
  deltas: Delta[];
}

/** server → client `reset`: the position is gone, reload by HTTP. */
export const resetSchema = z.object({ chatId: idSchema }).meta({ id: 'Reset' });
/** server → client `reset`. */
export type Reset = z.infer<typeof resetSchema>;

/** server → client `bye`: the server is going; connect again after `reconnectInMs`. */
export const byeSchema = z
  .object({ reason: z.enum(['drain', 'auth_expired']), reconnectInMs: z.int().min(0) })
  .meta({ id: 'Bye' });
/** server → client `bye`. */
export type Bye = z.infer<typeof byeSchema>;

/** server → client `chat_changed`. */
export const chatChangedSchema = chatRowSchema;
