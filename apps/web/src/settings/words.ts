'use client';

import { defineWords } from '../i18n/define-words.ts';
import { english } from './words.en.ts';

/** The words of the settings. */
export const useSettingsWords = defineWords(english, { de: () => import('./words.de.ts') });
