import { documentOf } from '@colloquy/transcript';
import type { Handler } from './ports.ts';
import { readRecord } from './read-chat.ts';

/** GET /v1/chats/:chatId. */
export const getChat: Handler = async (parts, call) => {
  const chatId = call.params['chatId'] ?? '';
  await parts.access.check(call.identity, chatId);
  return { body: documentOf(await readRecord(parts, chatId)) };
};
