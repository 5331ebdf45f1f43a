'use client';

import { useFormat } from '../ui/format.ts';
import { kindsOf, type FileLimits } from './file-limits.ts';
import type { LimitWords } from './words.en.ts';
import { useFileWords } from './words.ts';

/** What may be attached, in words. */
export function useLimitWords(limits: FileLimits): LimitWords {
  const w = useFileWords();
  const format = useFormat();
  return {
    kinds: kindsOf(limits, w.text).join(', '),
    size: format.bytes(limits.maxBytes),
    count: format.number(limits.maxPerMessage),
  };
}

/** What may be attached, in one line. */
export function useLimitsText(limits: FileLimits): string {
  const w = useFileWords();
  const { kinds, size } = useLimitWords(limits);
  return w.limits(kinds, size, limits.maxPerMessage);
}
