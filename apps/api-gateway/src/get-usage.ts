import type { UsageQuery } from '@colloquy/contracts';
import type { Handler } from './ports.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** GET /v1/usage: all of it, or of the last so many days of UTC, today included. */
export const getUsage: Handler = async (parts, call) => {
  const { days } = call.query as UsageQuery;
  const { userId, tenantId } = call.identity;
  const since = days === undefined ? undefined : `${dayOf(parts.clock.now() - (days - 1) * DAY_MS)}T00:00:00.000Z`;
  return { body: await parts.store.usage(userId, tenantId, since) };
};

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
