import type { ChatState } from '@colloquy/engine';
import { budgetSpent } from '@colloquy/store';
import type { OrchestratorParts } from './ports.ts';

/** How long the store is asked, in ms: it answers in milliseconds or is in trouble. */
const STORE_MS = 1000;

type Parts = Pick<OrchestratorParts, 'store' | 'clock' | 'log' | 'userBudget'>;

/**
 * Says in words for the person that the owner of a chat has used up what one user may use today; undefined when not, and
 * while the store cannot say: a budget must not stop every chat because the database is away. Never throws.
 */
export async function ownerBudgetSpent(parts: Parts, state: ChatState): Promise<string | undefined> {
  const { ownerId, tenantId } = state;
  if (ownerId === undefined || parts.userBudget === undefined) return undefined;
  const done = new AbortController();
  const late = parts.clock.sleep(STORE_MS, done.signal).then(
    () => 'late' as const,
    () => new Promise<never>(() => undefined),
  );
  const asked = budgetSpent(parts.store, { ownerId, tenantId, now: parts.clock.now() }, parts.userBudget);
  // Nobody waits any more for what comes too late, however it ends.
  asked.catch(() => undefined);
  try {
    const answer = await Promise.race([asked.then((text) => ({ text })), late]);
    return answer === 'late' ? undefined : answer.text;
  } catch (error) {
    parts.log.warn({ ownerId, err: error }, 'what a user has used today is not known; the run goes on');
    return undefined;
  } finally {
    done.abort();
  }
}
