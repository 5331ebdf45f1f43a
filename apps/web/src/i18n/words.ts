'use client';

import { defineWords, type Translated } from './define-words.ts';
import { english } from './words.en.ts';

/** The words of the app in one language. */
export type Words = Translated<typeof english>;

/** The words of the app, in the language of the page. */
export const useWords = defineWords(english, { de: () => import('./words.de.ts') });
