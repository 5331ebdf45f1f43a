'use client';

import { defineWords } from '../i18n/define-words.ts';
import { english } from './words.en.ts';

/** The words of the inbox, in the language of the page. */
export const useInboxWords = defineWords(english, { de: () => import('./words.de.ts') });
