'use client';

import { ProblemPage } from '../shell/problem-page.tsx';
import { useWords } from '../i18n/words.ts';

/** An address that leads nowhere. */
export default function NotFound() {
  const t = useWords();
  return <ProblemPage title={t.pageMissing} />;
}
