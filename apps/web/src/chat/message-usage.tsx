'use client';

import type { AgentEntry } from '@colloquy/transcript';
import { useFormat } from '../ui/format.ts';
import { useRowWords } from './row-words.ts';

/** What the model call behind a message took: the model, tokens, money and time. */
export function MessageUsage({
  usage,
  className,
}: {
  readonly usage: AgentEntry['usage'];
  readonly className?: string;
}) {
  const words = useRowWords();
  const format = useFormat();
  if (usage === undefined) return null;
  const { model, promptTokens, completionTokens, costMicroUsd, ms } = usage;
  const parts = [
    model,
    words.tokens(format.count(promptTokens + completionTokens)),
    ...(costMicroUsd === null ? [] : [format.cost(costMicroUsd)]),
    format.span(ms),
  ];
  return (
    <span data-part="usage" className={className}>
      {parts.join(' · ')}
    </span>
  );
}
