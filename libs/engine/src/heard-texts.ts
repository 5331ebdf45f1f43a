import type { SaidItem } from './types.ts';
import { withFiles, type WithFiles } from './with-files.ts';

/** A text that somebody said. */
export interface HeardText extends WithFiles {
  readonly kind: 'user' | 'agent';
  readonly text: string;
}

/** The texts that were said, in order, as they may be told: what a guardrail has put in place of one stands for it. */
export function heardTexts(said: Iterable<SaidItem>): readonly HeardText[] {
  const items = [...said];
  const replaced = new Map<string, string>();
  for (const item of items) if (item.kind === 'replaced') replaced.set(item.about, item.text);
  return items.flatMap((item): HeardText[] => {
    if (item.kind !== 'user' && item.kind !== 'agent') return [];
    const { kind, messageId } = item;
    const instead = messageId === undefined ? undefined : replaced.get(messageId);
    if (instead !== undefined) return [{ kind, text: instead }];
    return [{ kind, text: item.text, ...(item.kind === 'user' ? withFiles(item) : {}) }];
  });
}
