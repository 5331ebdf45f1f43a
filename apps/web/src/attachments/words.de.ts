/** The words of attachments in German. */
import type { Translated } from '../i18n/define-words.ts';
import type { english } from './words.en.ts';

export const words: Translated<typeof english> = {
  files: 'Angehängte Dateien',
  text: 'Text',
  limits: (kinds, size, count) =>
    `${kinds}, je bis zu ${size}, ${count === 1 ? '1 Datei' : `bis zu ${String(count)} Dateien`}`,
  drop: 'Dateien zum Anhängen hier ablegen',
  remove: (name) => `${name} entfernen`,
  cancel: (name) => `Hochladen von ${name} abbrechen`,
  retry: 'Noch einmal',
  uploading: (name) => `${name} wird hochgeladen`,
  uploaded: (name) => `${name} ist angehängt`,
  removed: (name) => `${name} ist entfernt`,
  failed: 'Nicht hochgeladen',
  lost: 'Nicht hochgeladen. Hänge die Datei noch einmal an.',
  dismiss: 'Ausblenden',
  refused: {
    type: (name, { kinds }) => `${name} ist von einer Art, die nicht angenommen wird. Angenommen werden: ${kinds}.`,
    size: (name, { size }) => `${name} ist zu groß: Eine Datei darf höchstens ${size} haben.`,
    empty: (name) => `${name} ist leer.`,
    count: (name, { count }) => `${name} ist zu viel: Mehr als ${count} kann eine Nachricht nicht haben.`,
  },
};
