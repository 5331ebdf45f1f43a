'use client';

import { useSignIn } from '../shell/client-provider.tsx';
import { useWords } from '../i18n/words.ts';

/** Names of people within a sentence: oneself, the clock that ends a question, an answer for the whole run, or somebody else. */
export function usePersonName(): (userId: string) => string {
  const t = useWords();
  const { me } = useSignIn();
  return (userId) => {
    if (userId === 'expiry') return t.expiry;
    if (userId === 'run') return t.allowedForRun;
    return userId === me?.userId ? t.youInSentence : t.someoneElse;
  };
}
