'use client';

import type { Json } from '@colloquy/contracts';
import { CopyButton } from '../ui/copy-button.tsx';
import { JsonTree } from './json-tree.tsx';
import { useDetailWords } from './detail-words.ts';

/** An answer in a form that was asked for: a table of its parts, to read and to copy. */
export function StructuredView({ value }: { readonly value: Json }) {
  const words = useDetailWords();
  return (
    <div
      role="group"
      aria-label={words.structured}
      className="relative rounded-xl border border-line bg-surface py-3 pr-11 pl-3.5 text-sm"
    >
      <JsonTree value={value} />
      <CopyButton text={JSON.stringify(value, null, 2)} className="absolute top-1.5 right-1.5" />
    </div>
  );
}
