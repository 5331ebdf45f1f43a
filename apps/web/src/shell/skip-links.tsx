'use client';

import { useWords } from '../i18n/words.ts';

const LINK =
  'sr-only z-50 rounded-lg border border-line bg-surface px-4 py-2 shadow-lg focus:not-sr-only focus:fixed focus:top-2 focus:left-2';

/** The first things that Tab reaches: ways past the list of chats. */
export function SkipLinks() {
  const t = useWords();
  return (
    <>
      <a href="#chat" className={LINK}>
        {t.skipToChat}
      </a>
      <button
        type="button"
        className={LINK}
        onClick={() => {
          (
            document.querySelector<HTMLElement>('main [aria-describedby=composer-keys]') ??
            document.querySelector('main')
          )?.focus();
        }}
      >
        {t.skipToComposer}
      </button>
    </>
  );
}
