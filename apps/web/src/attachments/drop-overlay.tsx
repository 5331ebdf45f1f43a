'use client';

import { Paperclip } from 'lucide-react';
import type { FileLimits } from './file-limits.ts';
import { useLimitsText } from './use-limits-text.ts';
import { useFileWords } from './words.ts';

/** Shown while files are dragged over the page: they can be dropped anywhere. */
export function DropOverlay({ limits }: { readonly limits: FileLimits }) {
  const w = useFileWords();
  const text = useLimitsText(limits);
  return (
    <div
      data-testid="drop-target"
      className="pointer-events-none fixed inset-0 z-40 flex items-center justify-center bg-background/85 p-3"
    >
      <div className="flex size-full flex-col items-center justify-center gap-2 rounded-2xl border-2 border-dashed border-accent-fill p-6 text-center">
        <Paperclip className="size-8 text-accent-ink" aria-hidden />
        <p className="text-lg font-semibold">{w.drop}</p>
        <p className="text-sm text-soft">{text}</p>
      </div>
    </div>
  );
}
