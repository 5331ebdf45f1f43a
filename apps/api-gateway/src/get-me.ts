import type { Handler } from './ports.ts';

/** GET /v1/me. */
export const getMe: Handler = (parts, call) => {
  const { userId, tenantId, guest } = call.identity;
  return { body: { userId, ...(tenantId === undefined ? {} : { tenantId }), guest, demoModel: parts.demoModel } };
};
