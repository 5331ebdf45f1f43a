'use client';

import { Square, SquareCheck } from 'lucide-react';
import { useMarkdownWords } from './words.ts';

/** Before an item of a list of tasks; nobody can tick it here. */
export function TaskMark({ done }: { readonly done: boolean }) {
  const t = useMarkdownWords();
  const Mark = done ? SquareCheck : Square;
  return (
    <>
      <Mark className="mr-1.5 inline size-4 align-[-0.18em] text-faint" aria-hidden />
      <span className="sr-only">{done ? t.taskDone : t.taskOpen}</span>
    </>
  );
}
