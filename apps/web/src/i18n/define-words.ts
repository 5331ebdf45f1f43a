'use client';

import { createContext, use } from 'react';
import { Chunk } from '../ui/chunk.ts';
import type { Language } from './language.ts';

/** The language of the page. */
export const LanguageContext = createContext<Language>('en');

/** How often words have come late: who speaks English for lack of others is drawn again when it changes. */
export const LateWordsContext = createContext(0);

const listeners = new Set<() => void>();

/** Tells when words have come that could not be loaded before; gives a function that ends it. */
export function onLateWords(then: () => void): () => void {
  listeners.add(then);
  return () => {
    listeners.delete(then);
  };
}

/** The language of the page. */
export function useLanguage(): Language {
  return use(LanguageContext);
}

/** The same keys and the same parameters, in other words. */
export type Translated<T> = T extends string
  ? string
  : T extends (...parts: infer P) => string
    ? (...parts: P) => string
    : { readonly [K in keyof T]: Translated<T[K]> };

/** A hook that gives words, with all of them at hand for who checks them. */
export interface UseWords<T> {
  (): Translated<T>;
  readonly english: Translated<T>;
  readonly others: Readonly<Record<Exclude<Language, 'en'>, LoadWords<T>>>;
}

/** Loads the words of one language. */
export type LoadWords<T> = () => Promise<{ readonly words: Translated<T> }>;

/**
 * The words of one part of the app, by a hook. English comes with the part; any other language comes when it is spoken, and
 * who uses the hook waits for it (Suspense), so a page that speaks English loads nothing else. Words that cannot be loaded
 * are English until they can.
 * @param english - texts, and functions that make one
 * @param others - one loader for each other language: `() => import('./words.de.ts')`, which exports `words`
 */
export function defineWords<T extends object>(
  english: T & Translated<T>,
  others: Readonly<Record<Exclude<Language, 'en'>, LoadWords<T>>>,
): UseWords<T> {
  const loaded = new Map<Language, Promise<Translated<T>>>();
  // A promise is kept, also when it failed: React draws again what waits for one, and would ask for the next without end.
  const load = (language: Exclude<Language, 'en'>, _late: number): Promise<Translated<T>> => {
    const known = loaded.get(language);
    if (known !== undefined) return known;
    const chunk = new Chunk(others[language]);
    const loading = chunk.get().then(wordsIn, () => {
      awaitLate(chunk, () => loaded.set(language, chunk.get().then(wordsIn)));
      return english;
    });
    loaded.set(language, loading);
    return loading;
  };
  function useWords(): Translated<T> {
    const language = useLanguage();
    if (language === 'en') return english;
    return use(load(language, use(LateWordsContext)));
  }
  return Object.assign(useWords, { english, others });
}

const wordsIn = <W>({ words }: { readonly words: W }): W => words;

/** Waits for words that could not be loaded; a server has no time for that. */
function awaitLate(chunk: Chunk<unknown>, come: () => void): void {
  if (typeof window === 'undefined') return;
  const off = chunk.watch(() => {
    if (chunk.failure !== undefined) return;
    off();
    come();
    for (const then of [...listeners]) then();
  });
}
