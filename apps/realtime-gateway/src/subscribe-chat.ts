import { ChatNotFoundError } from '@colloquy/access';
import { parseCursor, subscribeSchema, unsubscribeSchema, type SubscribeReply } from '@colloquy/contracts';
import { StoreUnavailableError } from '@colloquy/store';
import type { Connection } from './connection.ts';
import { SupersededError } from './watch-chat.ts';
import { TooManyChatsError } from './watching.ts';

/** `subscribe`: checks whose the chat is, replays what was missed, goes on live. Refusals are answers, never thrown. */
export async function subscribeChat(connection: Connection, payload: unknown): Promise<SubscribeReply> {
  const parsed = subscribeSchema.safeParse(payload);
  if (!parsed.success) return refuse('invalid_request', parsed.error.issues.map((issue) => issue.message).join('; '));
  const { chatId, cursor: text } = parsed.data;
  const cursor = text === undefined ? undefined : parseCursor(text);
  if (text !== undefined && cursor === undefined) {
    return refuse(
      'invalid_cursor',
      'The cursor cannot be read: reload the chat by HTTP and subscribe with its cursor.',
    );
  }
  if (connection.replays.take(connection.identity.userId) > 0)
    return refuse('rate_limited', 'Too many subscriptions at once: try again in a second.');
  try {
    await connection.access.check(connection.identity, chatId);
    return await connection.watching.start(chatId, cursor);
  } catch (error) {
    return refusalOf(connection, error);
  }
}

/** `unsubscribe`. Fine as well when the chat was not watched. */
export async function unsubscribeChat(connection: Connection, payload: unknown): Promise<{ ok: boolean }> {
  const parsed = unsubscribeSchema.safeParse(payload);
  if (parsed.success) connection.watching.stop(parsed.data.chatId);
  return { ok: parsed.success };
}

function refusalOf(connection: Connection, error: unknown): SubscribeReply {
  if (error instanceof ChatNotFoundError) return refuse('chat_not_found', error.message);
  if (error instanceof SupersededError) return refuse('superseded', 'A newer call for this chat has come meanwhile.');
  if (error instanceof TooManyChatsError) return refuse('too_many_chats', error.message);
  if (error instanceof StoreUnavailableError) {
    return refuse('store_unavailable', 'The history cannot be read now: try again in a moment.');
  }
  connection.logger.warn({ err: error }, 'a subscription failed');
  return refuse('unavailable', 'The chat cannot be streamed now: try again in a moment.');
}

const refuse = (code: string, message: string): SubscribeReply => ({ ok: false, error: { code, message } });
