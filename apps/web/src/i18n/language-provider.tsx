'use client';

import { createContext, use, useEffect, useState, useTransition, type ReactNode } from 'react';
import { LanguageContext, LateWordsContext, onLateWords } from './define-words.ts';
import { isLanguage, LANGUAGE_COOKIE, type Language } from './language.ts';

/** Where other tabs learn of it. */
const STORAGE_KEY = 'colloquy.language';
const A_YEAR_S = 365 * 24 * 3600;

const SetLanguageContext = createContext<(language: Language) => void>(() => undefined);

/**
 * Holds the language of the page. A change shows when its words are there, and nothing that is on the page is lost.
 * @param language - what the server has drawn the page in
 */
export function LanguageProvider(props: { readonly language: Language; readonly children: ReactNode }) {
  const [language, setLanguage] = useState(props.language);
  const [late, setLate] = useState(0);
  const [, startTransition] = useTransition();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(
    () =>
      onLateWords(() => {
        startTransition(() => {
          setLate((count) => count + 1);
        });
      }),
    [],
  );
  useEffect(() => {
    const onStorage = ({ key, newValue }: StorageEvent): void => {
      if (key === STORAGE_KEY && isLanguage(newValue))
        startTransition(() => {
          setLanguage(newValue);
        });
    };
    window.addEventListener('storage', onStorage);
    return () => {
      window.removeEventListener('storage', onStorage);
    };
  }, []);
  const choose = (next: Language): void => {
    keep(next);
    startTransition(() => {
      setLanguage(next);
    });
  };
  return (
    <SetLanguageContext value={choose}>
      <LanguageContext value={language}>
        <LateWordsContext value={late}>{props.children}</LateWordsContext>
      </LanguageContext>
    </SetLanguageContext>
  );
}

/** A function that changes the language of the page, and of those that come. */
export function useSetLanguage(): (language: Language) => void {
  return use(SetLanguageContext);
}

function keep(language: Language): void {
  document.cookie = `${LANGUAGE_COOKIE}=${language}; path=/; max-age=${String(A_YEAR_S)}; samesite=lax`;
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // storage is switched off: other tabs see it with their next page
  }
}
