'use client';

import { useSyncExternalStore } from 'react';
import { dateIn } from './day-groups.ts';

const CHECK_MS = 30_000;

/** The date where the person is, as `2026-03-29`, and the time zone. It changes at midnight, while the page is open. */
export function useToday(): { readonly today: string; readonly timeZone: string } {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const today = useSyncExternalStore(
    watch,
    () => dateIn(timeZone, Date.now()),
    () => '',
  );
  return { today, timeZone };
}

function watch(listener: () => void): () => void {
  const timer = setInterval(listener, CHECK_MS);
  document.addEventListener('visibilitychange', listener);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', listener);
  };
}
