'use client';

import { Suspense, useState } from 'react';
import { LanguageContext } from '../i18n/define-words.ts';
import { isLanguage } from '../i18n/language.ts';
import { useWords } from '../i18n/words.ts';
import { ProblemPage } from '../shell/problem-page.tsx';
import { reload } from '../shell/reload.ts';
import './globals.css';

/** The whole page when its frame broke: nothing that stands around the app is there, so it brings what it needs. */
export default function GlobalError({ reset }: { readonly error: Error; readonly reset: () => void }) {
  // The frame's element goes, and its marks with it: they are read while it is still there.
  const [{ lang, className }] = useState(marksOfPage);
  return (
    <html lang={lang} className={className} suppressHydrationWarning>
      <body className="flex min-h-dvh font-sans">
        <LanguageContext value={isLanguage(lang) ? lang : 'en'}>
          <Suspense>
            <Broken onRetry={reset} />
          </Suspense>
        </LanguageContext>
      </body>
    </html>
  );
}

function marksOfPage(): { readonly lang: string; readonly className: string } {
  if (typeof document === 'undefined') return { lang: 'en', className: '' };
  const { lang, className } = document.documentElement;
  return { lang, className };
}

function Broken({ onRetry }: { readonly onRetry: () => void }) {
  const t = useWords();
  return <ProblemPage title={t.pageBroken} hint={t.pageBrokenHint} onRetry={onRetry} onReload={reload} />;
}
