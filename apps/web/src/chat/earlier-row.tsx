'use client';

import { useState } from 'react';
import { showToast } from '../shell/toast-store.ts';
import { useWords } from '../i18n/words.ts';
import { Button } from '../ui/button.tsx';
import { useChatStore } from './chat-store.ts';

/** What lies before the part of a long chat that was loaded. */
export function EarlierRow({ count }: { readonly count: number }) {
  const t = useWords();
  const store = useChatStore();
  const [loading, setLoading] = useState(false);
  const load = (): void => {
    setLoading(true);
    store
      .loadHistory()
      .catch((error: unknown) => {
        showToast(error instanceof Error ? error.message : String(error));
      })
      .finally(() => {
        setLoading(false);
      });
  };
  return (
    <div className="flex justify-center pb-3">
      <Button disabled={loading} onClick={load}>
        {loading ? t.loadingEarlier : t.earlier(count)}
      </Button>
    </div>
  );
}
