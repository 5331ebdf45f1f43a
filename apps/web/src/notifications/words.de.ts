import type { Translated } from '../i18n/define-words.ts';
import type { english } from './words.en.ts';

/** The words of notifications in German. */
export const words: Translated<typeof english> = {
  setting: 'Benachrichtigen, wenn ich woanders bin',
  settingHint:
    'Wenn ein Agent etwas fragt und wenn ein Lauf endet oder scheitert, in einem Chat, den du gerade nicht siehst.',
  withText: 'Mit dem Titel des Chats und den letzten Worten',
  withTextHint:
    'Sie stehen dann auf dem Bildschirm, auch wenn er gesperrt ist. Sonst steht dort nur, was geschehen ist.',
  denied:
    'Dieser Browser lässt keine Benachrichtigungen von Colloquy zu. Das lässt sich in seinen Einstellungen für diese Seite ändern.',
  unsupported: 'Dieser Browser kennt keine Benachrichtigungen von Webseiten.',
  needsYou: 'Ein Agent hat eine Frage',
  finished: 'Ein Lauf ist fertig',
  failed: 'Ein Lauf ist gescheitert',
};
