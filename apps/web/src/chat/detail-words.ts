'use client';

import { defineWords, type Translated } from '../i18n/define-words.ts';
import { english } from './detail-words.en.ts';

/** The words of what opens: calls, values, files. */
export type DetailWords = Translated<typeof english>;

/** The words of what opens, in the language of the page. */
export const useDetailWords = defineWords(english, { de: () => import('./detail-words.de.ts') });
