/** The words of the settings in German. */
import type { Translated } from '../i18n/define-words.ts';
import type { english } from './words.en.ts';

export const words: Translated<typeof english> = {
  kept: 'Wird auf diesem Gerät gemerkt.',
  look: 'Aussehen',
  theme: 'Farben',
  themes: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
  density: 'Dichte',
  densityHint: 'Wie eng alles beieinander steht.',
  densities: { comfortable: 'Bequem', compact: 'Kompakt' },
  motion: 'Bewegung',
  motionHint: 'Ob sich etwas bewegt, wenn es kommt und geht.',
  motions: { system: 'Wie das System', off: 'Aus' },
  language: 'Sprache',
  languageHint: 'Die Sprache der App. Agenten antworten in der Sprache, in der du schreibst.',
  writing: 'Schreiben',
  send: 'Nachricht senden mit',
  sends: { enter: 'Enter', mod_enter: (mod) => `${mod}+Enter` },
  sendHint: {
    enter: 'Umschalt+Enter beginnt eine neue Zeile.',
    mod_enter: 'Enter beginnt eine neue Zeile.',
  },
  notifications: 'Benachrichtigungen',
  keyboard: 'Tastatur',
  singleKeys: 'Einzelne Tasten',
  singleKeysHint: 'Tasten wie / und ? tun etwas, während du nicht schreibst.',
  shortcuts: 'Tastenkürzel',
};
