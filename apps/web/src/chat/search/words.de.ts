import type { SearchWords } from './words.ts';

/** The words of the search in a chat, in German. */
export const words: SearchWords = {
  label: 'In diesem Chat suchen',
  placeholder: 'In diesem Chat suchen',
  count: (index, total) => `${String(index)} von ${String(total)}`,
  none: 'Nichts gefunden',
  searching: 'Sucht …',
  previous: 'Voriger Treffer (Umschalt+Enter)',
  next: 'Nächster Treffer (Enter)',
  close: 'Suche schließen (Esc)',
  earlier: (count) =>
    count === 1 ? 'Auch 1 früheres Ereignis durchsuchen' : `Auch ${String(count)} frühere Ereignisse durchsuchen`,
  loadingEarlier: 'Lädt, was davor war …',
  earlierFailed: 'Was davor war, lässt sich nicht laden.',
  found: (total) => (total === 1 ? 'Einmal gefunden' : `${String(total)}-mal gefunden`),
};
