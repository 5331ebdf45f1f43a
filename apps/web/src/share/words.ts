'use client';

import { defineWords } from '../i18n/define-words.ts';
import { english } from './words.en.ts';

/** The words of links and of what they show, in the language of the page. */
export const useShareWords = defineWords(english, { de: () => import('./words.de.ts') });
