import type { Translated } from '../i18n/define-words.ts';
import type { english } from './words.en.ts';

/** The words of the inbox in German. */
export const words: Translated<typeof english> = {
  empty: 'Keine Frage ist offen',
  emptyHint: 'Wenn ein Agent etwas fragt, steht es hier, in welchem Chat auch immer.',
  failed: 'Die offenen Fragen lassen sich nicht laden',
  count: (count) => (count === 1 ? '1 Frage' : `${String(count)} Fragen`),
  open: 'Zum Chat',
  asks: (agent) => `${agent} fragt`,
  asked: 'Eine Frage',
  sending: 'Die Antwort wird gesendet …',
  answered: 'Beantwortet.',
  refused: (why) => `Die Antwort wurde nicht angenommen: ${why}`,
};
