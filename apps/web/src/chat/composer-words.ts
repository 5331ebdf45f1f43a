'use client';

import { defineWords } from '../i18n/define-words.ts';
import { english } from './composer-words.en.ts';

/** The words around the field for messages, in the language of the page. */
export const useComposerWords = defineWords(english, { de: () => import('./composer-words.de.ts') });
