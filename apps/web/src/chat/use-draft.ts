'use client';

import { useCallback, useSyncExternalStore } from 'react';
import { draftOf, noDraft, onDraftChange, writeDraft, type Draft } from './draft-store.ts';

/** What was written under that name and not sent; other parts and other tabs may write it too. */
export function useWholeDraft(key: string): Draft {
  const subscribe = useCallback((listener: () => void) => onDraftChange(key, listener), [key]);
  return useSyncExternalStore(subscribe, () => draftOf(key), noDraft);
}

/** A text that is kept until it is sent: over a reload, and while another chat is looked at. */
export function useDraft(key: string): readonly [string, (text: string) => void] {
  const { text } = useWholeDraft(key);
  return [
    text,
    (changed) => {
      writeDraft(key, { text: changed });
    },
  ];
}
