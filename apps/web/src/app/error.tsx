'use client';

import { ProblemPage } from '../shell/problem-page.tsx';
import { t } from '../strings.ts';

/** A page that broke while it was drawn. */
export default function ErrorPage({ reset }: { readonly error: Error; readonly reset: () => void }) {
  return <ProblemPage title={t.pageBroken} hint={t.pageBrokenHint} onRetry={reset} />;
}
