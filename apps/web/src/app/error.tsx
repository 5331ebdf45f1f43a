'use client';

import { ProblemPage } from '../shell/problem-page.tsx';
import { useWords } from '../i18n/words.ts';

/** A page that broke while it was drawn. */
export default function ErrorPage({ reset }: { readonly error: Error; readonly reset: () => void }) {
  const t = useWords();
  return <ProblemPage title={t.pageBroken} hint={t.pageBrokenHint} onRetry={reset} />;
}
