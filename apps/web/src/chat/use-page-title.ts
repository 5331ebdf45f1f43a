'use client';

import { useEffect } from 'react';
import { useWords } from '../i18n/words.ts';
import { useScreen } from './chat-store.ts';

/** Puts the chat's title on the window, and on it whether somebody waits for an answer. */
export function usePageTitle(): void {
  const t = useWords();
  const title = useScreen((screen) => screen.chat.title);
  const waiting = useScreen((screen) => screen.chat.pendingRequests.length > 0);
  useEffect(() => {
    document.title = [waiting ? `● ${t.needsYou}` : '', title, t.appName].filter((part) => part !== '').join(' · ');
    return () => {
      document.title = t.appName;
    };
  }, [title, waiting, t]);
}
