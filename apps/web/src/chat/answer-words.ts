'use client';

import { defineWords } from '../i18n/define-words.ts';
import { english } from './answer-words.en.ts';

/** The words of questions, in the language of the page. */
export const useAnswerWords = defineWords(english, { de: () => import('./answer-words.de.ts') });
