import type { ChatReader } from './ports.ts';

/** What one user may use in a UTC day, over all chats; a part that is left out has no bound. */
export interface UserBudget {
  /** Millionths of a US dollar. */
  readonly microUsdPerDay?: number;
  /** Of prompts and of what is written. */
  readonly tokensPerDay?: number;
}

/** Whose day it is. */
export interface BudgetOwner {
  readonly ownerId: string;
  readonly tenantId?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The settings as the environment has them, in whole US dollars. */
export function userBudgetOf(env: {
  readonly USER_BUDGET_USD_PER_DAY?: number | undefined;
  readonly USER_BUDGET_TOKENS_PER_DAY?: number | undefined;
}): UserBudget {
  const { USER_BUDGET_USD_PER_DAY: usd, USER_BUDGET_TOKENS_PER_DAY: tokensPerDay } = env;
  return {
    ...(usd === undefined ? {} : { microUsdPerDay: Math.round(usd * 1e6) }),
    ...(tokensPerDay === undefined ? {} : { tokensPerDay }),
  };
}

/**
 * Says in words for the person that the budget of today is used up; undefined when it is not. The projection lags
 * behind the logs by what is being persisted and by calls that have not ended: so much can be used beyond a budget.
 * @throws StoreUnavailableError when the database does not answer
 */
export async function budgetSpent(
  reader: Pick<ChatReader, 'usage'>,
  { ownerId, tenantId, now }: BudgetOwner,
  { microUsdPerDay, tokensPerDay }: UserBudget,
): Promise<string | undefined> {
  if (microUsdPerDay === undefined && tokensPerDay === undefined) return undefined;
  const since = `${new Date(now).toISOString().slice(0, 10)}T00:00:00.000Z`;
  const { totals } = await reader.usage(ownerId, tenantId, since);
  if (microUsdPerDay !== undefined && totals.costMicroUsd >= microUsdPerDay) {
    return `Your chats may cost ${(microUsdPerDay / 1e6).toFixed(2)} USD a day. They can go on tomorrow (UTC).`;
  }
  if (tokensPerDay !== undefined && totals.promptTokens + totals.completionTokens >= tokensPerDay) {
    return `Your chats may use ${String(tokensPerDay)} tokens a day. They can go on tomorrow (UTC).`;
  }
  return undefined;
}
