import type { Translated } from '../i18n/define-words.ts';
import type { english } from './words.en.ts';

/** The words of links and of what they show, in German. */
export const words: Translated<typeof english> = {
  title: 'Diesen Chat teilen',
  hint: 'Wer den Link hat, kann diesen Chat ohne Anmeldung lesen.',
  points: [
    'Zu sehen ist alles, ungekürzt: die Nachrichten, die Überlegungen der Agenten, jedes Werkzeug mit dem, was es bekommen und was es geliefert hat, und die Fragen, auch was später dazukommt. Am besten vor dem Weitergeben durchsehen.',
    'Die Dateien dieser Nachrichten lassen sich öffnen und speichern. Von einer geänderten Nachricht sind nur die neueste Fassung und deren Dateien zu sehen.',
    'Nicht zu sehen ist, von wem der Chat ist und was er gekostet hat. Antworten und schreiben geht nicht.',
    'Der Link lässt sich jederzeit zurückziehen; dann zeigt er nichts mehr und gibt keine Dateien mehr heraus. Was jemand schon gespeichert hat, bleibt dort.',
  ],
  make: 'Link erstellen',
  making: 'Der Link wird erstellt …',
  link: 'Link',
  copy: 'Link kopieren',
  copied: 'Kopiert',
  open: 'Öffnen',
  withdraw: 'Link zurückziehen',
  withdrawn: 'Der Link ist zurückgezogen.',
  failed: 'Das hat nicht geklappt',
  loadFailed: 'Ob es einen Link gibt, lässt sich gerade nicht feststellen.',
  readOnly: 'Geteilter Chat, nur zum Lesen',
  refresh: 'Aktualisieren',
  earlier: (count) =>
    count === 1
      ? 'Ein früheres Ereignis wird nicht gezeigt'
      : `${String(count)} frühere Ereignisse werden nicht gezeigt`,
  running: 'Hier wird gerade gearbeitet; Neues erscheint von selbst.',
  gone: 'Dieser Link zeigt nichts mehr',
  goneHint: 'Er wurde zurückgezogen, der Chat wurde gelöscht, oder die Adresse ist unvollständig.',
  cannotLoad: 'Der geteilte Chat lässt sich nicht laden',
  own: 'Einen eigenen Chat beginnen',
  untitled: 'Geteilter Chat',
};
