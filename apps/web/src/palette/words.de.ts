/** The words of the palette and the help in German. */
import type { Translated } from '../i18n/define-words.ts';
import type { english } from './words.en.ts';

export const words: Translated<typeof english> = {
  palette: 'Befehle und Chats',
  palettePlaceholder: 'Zu einem Chat gehen oder etwas tun',
  nothing: 'Nichts gefunden.',
  searching: 'Chats werden durchsucht …',
  searchFailed: 'Chats lassen sich gerade nicht durchsuchen.',
  groups: { chat: 'Dieser Chat', go: 'Gehen zu', look: 'Aussehen', app: 'Überall' },
  chats: 'Gefundene Chats',
  recentChats: 'Letzte Chats',
  newChatWith: 'Neuer Chat mit',
  openPalette: 'Befehle öffnen',
  help: 'Tastenkürzel',
  helpHint: 'Alles davon geht auch mit Tab und Enter.',
  singleKeysOff: 'Einzelne Tasten sind in den Einstellungen ausgeschaltet.',
  then: 'dann',
  keys: { Mod: 'Strg', Shift: 'Umschalt', Alt: 'Alt', Enter: 'Enter', Esc: 'Esc' },
  newChat: 'Neuer Chat',
  focusComposer: 'Nachricht schreiben',
  colours: { system: 'Farben wie das System', light: 'Helle Farben', dark: 'Dunkle Farben' },
  compact: 'Kompakte Dichte',
  comfortable: 'Bequeme Dichte',
  speak: (language) => `Sprache: ${language}`,
  writing: 'Beim Schreiben',
  sendIt: 'Nachricht senden',
  newLine: 'Neue Zeile',
  stopRun: 'Lauf anhalten',
  close: 'Schließen, was offen ist',
};
