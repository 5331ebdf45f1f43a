import type { ListEventsQuery } from '@colloquy/contracts';
import type { Handler } from './ports.ts';
import { readEvents } from './read-chat.ts';

/** GET /v1/chats/:chatId/events. */
export const listEvents: Handler = async (parts, call) => {
  const { after, limit } = call.query as ListEventsQuery;
  const chatId = call.params['chatId'] ?? '';
  await parts.access.check(call.identity, chatId);
  const { events, more } = await readEvents(parts, chatId, { after, limit });
  const last = events.at(-1);
  return { body: { events, ...(more && last ? { next: last.seq } : {}) } };
};
