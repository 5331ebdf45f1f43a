import type { UsageReport } from '@colloquy/contracts';
import { useFormat } from '../ui/format.ts';
import { certainty } from './day-bars.ts';
import { useUsageWords } from './words.ts';

/** The words for what some calls cost: a lower bound when the price of some of them is not known. */
export function useCost(): (sum: UsageReport['totals']) => string {
  const t = useUsageWords();
  const format = useFormat();
  return (sum) => {
    const sure = certainty(sum);
    if (sure === 'unknown') return t.noPrice;
    const cost = format.cost(sum.costMicroUsd);
    return sure === 'known' ? cost : t.atLeast(cost);
  };
}
