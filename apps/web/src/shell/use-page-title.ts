'use client';

import { useEffect } from 'react';
import { useWords } from '../i18n/words.ts';

/** Puts a place's name on the window while the place is shown. An empty name leaves the app's. */
export function usePageTitle(title: string): void {
  const { appName } = useWords();
  useEffect(() => {
    document.title = title === '' ? appName : `${title} · ${appName}`;
    return () => {
      document.title = appName;
    };
  }, [title, appName]);
}
