'use client';

import { defineWords } from '../i18n/define-words.ts';
import { english } from './words.en.ts';

/** The words of what agents write in Markdown. */
export const useMarkdownWords = defineWords(english, { de: () => import('./words.de.ts') });
