import type { Identity } from '@colloquy/access';
import { ProblemError } from '@colloquy/service';
import { budgetSpent, StoreUnavailableError } from '@colloquy/store';
import type { GatewayParts } from './ports.ts';
import { withinTime } from './within.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long the store is asked, in ms: it answers in milliseconds or is in trouble. */
const STORE_MS = 1000;

/**
 * Refuses what would begin a run when its user has used up what one may use today. While the store cannot say, nobody is
 * refused: chats begin and go on without the database. To be asked after access: of a chat of somebody else nobody learns
 * more than that there is none.
 * @param isRepeat - whether the request was taken before, so that it costs nothing more; asked only of one that would be
 *   refused, so it may read
 * @throws ProblemError 429; what `isRepeat` throws
 */
export async function checkBudget(
  parts: GatewayParts,
  { userId, tenantId }: Identity,
  isRepeat: () => Promise<boolean>,
): Promise<void> {
  const now = parts.clock.now();
  const asked = budgetSpent(parts.store, { ownerId: userId, tenantId, now }, parts.userBudget ?? {});
  const detail = await withinTime(parts.clock, STORE_MS, asked.catch(unlessAway));
  if (detail === undefined || (await isRepeat())) return;
  throw new ProblemError({
    status: 429,
    code: 'user_budget',
    title: 'The budget of today is used up',
    detail,
    headers: { 'retry-after': String(Math.ceil((DAY_MS - (now % DAY_MS)) / 1000)) },
  });
}

function unlessAway(error: unknown): undefined {
  if (error instanceof StoreUnavailableError) return undefined;
  throw error;
}
