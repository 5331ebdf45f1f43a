'use client';

import { defineWords } from '../i18n/define-words.ts';
import { english } from './words.en.ts';

/** The words of the list of chats, in the language of the page. */
export const useListWords = defineWords(english, { de: () => import('./words.de.ts') });
