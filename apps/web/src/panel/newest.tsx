'use client';

import type { SharedList } from '@colloquy/transcript';
import { useState, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { useFormat } from '../ui/format.ts';
import { usePanelWords } from './words.ts';

/** So many items of a long list are drawn at first, and so many more each time that earlier ones are asked for. */
const AT_ONCE = 100;

/** The newest items of a list that may be long, and a button for the earlier ones. */
export function Newest<T>({ of, children }: { readonly of: SharedList<T>; readonly children: (item: T) => ReactNode }) {
  const [most, setMost] = useState(AT_ONCE);
  return (
    <>
      <Earlier
        hidden={of.length - most}
        onMore={() => {
          setMost(most + AT_ONCE);
        }}
      />
      <ol className="mt-1">{of.from(Math.max(0, of.length - most)).map(children)}</ol>
    </>
  );
}

/** Leads to what is not drawn yet; nothing when all of it is. */
export function Earlier({ hidden, onMore }: { readonly hidden: number; readonly onMore: () => void }) {
  const t = usePanelWords();
  const format = useFormat();
  if (hidden <= 0) return null;
  return (
    <Button tone="plain" className="text-xs" onClick={onMore}>
      {t.earlier(format.number(hidden))}
    </Button>
  );
}
