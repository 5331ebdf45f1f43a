'use client';

import { defineWords } from '../i18n/define-words.ts';
import { english } from './words.en.ts';

/** The words of the palette and the help. */
export const usePaletteWords = defineWords(english, { de: () => import('./words.de.ts') });
