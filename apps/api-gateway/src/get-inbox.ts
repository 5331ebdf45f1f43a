import { rowOf } from '@colloquy/transcript';
import type { Handler } from './ports.ts';

/** Whoever has more questions open answers some first. */
const LIMIT = 100;

/** GET /v1/inbox. */
export const getInbox: Handler = async (parts, call) => {
  const { userId: ownerId, tenantId } = call.identity;
  const found = await parts.store.asking({ ownerId, limit: LIMIT, ...(tenantId === undefined ? {} : { tenantId }) });
  return { body: { chats: found.map((header) => ({ ...rowOf(header), requests: header.pendingRequests })) } };
};
