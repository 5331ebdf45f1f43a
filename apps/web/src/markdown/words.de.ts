import type { Translated } from '../i18n/define-words.ts';
import type { english } from './words.en.ts';

export const words: Translated<typeof english> = {
  image: (alt) => (alt === '' ? 'Bild (nicht gezeigt)' : `Bild (nicht gezeigt): ${alt}`),
  code: 'Code',
  codeIn: (language) => (language === '' ? 'Code' : `Code: ${language}`),
  table: 'Tabelle',
  taskDone: 'Erledigt:',
  taskOpen: 'Offen:',
  linkTitle: 'Diesen Link öffnen?',
  linkHint: 'Ein Agent hat ihn geschrieben. Er führt aus diesem Chat hinaus, nach:',
  linkOpen: 'Link öffnen',
  linkStay: 'Hier bleiben',
};
