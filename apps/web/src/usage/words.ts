'use client';

import { defineWords, type Translated } from '../i18n/define-words.ts';

const english = {
  ranges: { days7: '7 days', days30: '30 days', days90: '90 days', all: 'All' },
  range: 'Shown time',
  failed: 'Your usage cannot be loaded.',
  empty: 'Nothing was used in this time',
  emptyHint: 'Every model call of your chats is counted here, with what it cost.',
  start: 'New chat',
  spent: 'Spent',
  tokens: 'Tokens',
  calls: 'Model calls',
  inOut: (input: string, output: string) => `${input} in, ${output} out`,
  cached: (count: string) => `${count} of them from the cache`,
  perCall: (cost: string) => `${cost} a call`,
  perDay: 'Cost per day',
  tokensPerDay: 'Tokens per day',
  perDayNote: 'No price is known: these are tokens.',
  dayLabel: (day: string, value: string) => `${day}: ${value}`,
  chartLabel: (days: string, most: string) => `Bars for ${days} days; the highest is ${most}. The table says the same.`,
  asTable: 'As a table',
  day: 'Day',
  cost: 'Cost',
  byModel: 'By model',
  byAgent: 'By agent',
  tokensOf: (count: string) => `${count} tokens`,
  callsOf: (count: number) => (count === 1 ? '1 call' : `${String(count)} calls`),
  noPrice: 'price unknown',
  atLeast: (cost: string) => `at least ${cost}`,
  unknownPrices: (calls: number, models: string) =>
    `${calls === 1 ? '1 call' : `${String(calls)} calls`} had no price (${models}): the cost shown is a lower bound. Prices are set in prices.yaml.`,
  estimate: 'Prices are those that were set when a call was made; your provider’s bill is what counts.',
} as const;

/** The words of the usage page in one language. */
export type UsageWords = Translated<typeof english>;

/** The words of the usage page. */
export const useUsageWords = defineWords(english, { de: () => import('./words.de.ts') });
