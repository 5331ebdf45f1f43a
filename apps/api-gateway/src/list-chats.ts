import type { ListChatsQuery } from '@colloquy/contracts';
import { rowOf } from '@colloquy/transcript';
import type { Handler } from './ports.ts';

/** GET /v1/chats. */
export const listChats: Handler = async (parts, call) => {
  const { status, q, pinned, unread, before, limit } = call.query as ListChatsQuery;
  const { userId: ownerId, tenantId } = call.identity;
  const page = await parts.store.chats({
    ownerId,
    limit,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(status === undefined ? {} : { status }),
    ...(q === undefined || q === '' ? {} : { q }),
    ...(pinned === undefined ? {} : { pinned: true }),
    ...(unread === undefined ? {} : { unread: true }),
    ...(before === undefined ? {} : { before }),
  });
  return { body: { ...page, chats: page.chats.map(rowOf) } };
};
