import type { Translated } from '../i18n/define-words.ts';
import type { english } from './words.en.ts';

/** The words of the list of chats in German. */
export const words: Translated<typeof english> = {
  filters: { all: 'Alle', running: 'Laufend', needsYou: 'Wartet', unread: 'Ungelesen' },
  filterLabel: 'Filter',
  groups: { today: 'Heute', yesterday: 'Gestern', week: 'Letzte 7 Tage' },
  failed: 'Der letzte Lauf ist gescheitert',
  cancelled: 'Der letzte Lauf wurde angehalten',
  shared: 'Per Link geteilt',
  unread: (count) => (count === 1 ? '1 neue Nachricht' : `${count > 99 ? '99+' : String(count)} neue Nachrichten`),
  none: {
    all: 'Noch keine Chats. Der erste, der beginnt, steht dann hier.',
    running: 'Gerade läuft nichts.',
    needsYou: 'Keine Frage ist offen.',
    unread: 'Alles ist gelesen.',
  },
  nothingFound: (q) => `Kein Chat hat „${q}“ im Titel oder in der letzten Nachricht.`,
  clear: 'Suche leeren',
  found: (count, more) =>
    count === 0
      ? 'Kein Chat gefunden'
      : count === 1 && !more
        ? '1 Chat gefunden'
        : `${String(count)}${more ? ' oder mehr' : ''} Chats gefunden`,
  updateFailed: 'Die nächsten Chats lassen sich nicht laden.',
  share: 'Teilen …',
  exportMarkdown: 'Als Markdown exportieren',
  exportJson: 'Als JSON exportieren',
  copyMarkdown: 'Als Markdown kopieren',
  copied: 'Der Chat ist in der Zwischenablage.',
  exportFailed: 'Der Chat lässt sich nicht exportieren.',
  deleteTitle: 'Diesen Chat löschen?',
  deleteHint: (title) =>
    `„${title}“ verschwindet mit allem, was darin gesagt wurde. Zehn Minuten lang lässt sich das rückgängig machen.`,
  cancel: 'Abbrechen',
  undoDelete: (title) => `„${title}“ zurückholen`,
  undoHint: 'Strg+Z holt ihn zurück.',
  restored: (title) => `„${title}“ ist wieder da.`,
  keys: 'Pfeiltasten gehen durch die Chats, Enter öffnet, F2 benennt um, Entf löscht.',
  inboxCount: (count) => (count === 1 ? '1 Frage ist offen' : `${String(count)} Fragen sind offen`),
};
