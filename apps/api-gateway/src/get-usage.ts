import type { Handler } from './ports.ts';

/** GET /v1/usage. */
export const getUsage: Handler = async (parts, call) => {
  const { userId, tenantId } = call.identity;
  return { body: await parts.store.usage(userId, tenantId) };
};
