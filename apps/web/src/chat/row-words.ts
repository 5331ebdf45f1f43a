'use client';

import { defineWords, type Translated } from '../i18n/define-words.ts';
import { english } from './row-words.en.ts';

/** The words of the rows of a transcript. */
export type RowWords = Translated<typeof english>;

/** The words of the rows of a transcript, in the language of the page. */
export const useRowWords = defineWords(english, { de: () => import('./row-words.de.ts') });
