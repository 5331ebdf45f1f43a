import type { SaidItem } from './types.ts';

/** A text that somebody said. */
export type HeardText = Pick<Extract<SaidItem, { kind: 'user' | 'agent' }>, 'kind' | 'text'>;

/** The texts that were said, in order, as they may be told: what a guardrail has put in place of one stands for it. */
export function heardTexts(said: Iterable<SaidItem>): readonly HeardText[] {
  const items = [...said];
  const replaced = new Map<string, string>();
  for (const item of items) if (item.kind === 'replaced') replaced.set(item.about, item.text);
  return items.flatMap((item): HeardText[] => {
    if (item.kind !== 'user' && item.kind !== 'agent') return [];
    const { kind, messageId } = item;
    return [{ kind, text: (messageId === undefined ? undefined : replaced.get(messageId)) ?? item.text }];
  });
}
