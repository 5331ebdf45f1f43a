/** The words around the field for messages, in German. */
import type { Translated } from '../i18n/define-words.ts';
import type { english } from './composer-words.en.ts';

export const words: Translated<typeof english> = {
  whileRunning: {
    queue: 'Wird jetzt gesendet und kommt dran, wenn dieser Lauf fertig ist.',
    interrupt: 'Senden hält den Lauf an; dann wird diese Nachricht beantwortet.',
    steer: 'Die Agenten hören es bei ihrem nächsten Schritt.',
    reject: 'Dieses Team nimmt keine Nachrichten an, solange es arbeitet.',
  },
  whileWaiting: 'Deine Nachricht kommt nach der Antwort oben dran.',
  stopAndSend: 'Anhalten und senden',
  sendsWhenStopped: 'Wird gesendet, sobald der Lauf angehalten hat …',
  sendsWhenUploaded: (count) =>
    count === 1
      ? 'Wird gesendet, sobald die Datei hochgeladen ist …'
      : `Wird gesendet, sobald ${String(count)} Dateien hochgeladen sind …`,
  notYet: 'Noch nicht senden',
  fileFailed: 'Eine Datei ist nicht hochgeladen: Versuche es noch einmal oder entferne sie.',
  pasted: (count) => `Das ist lang (${count} Zeichen).`,
  attachPasted: 'Als Datei anhängen',
  keepPasted: 'Als Text behalten',
  pastedName: 'eingefügt.txt',
  counter: (count, limit) => `${count} von ${limit} Zeichen`,
  needsInput: (agent) => `${agent} braucht deine Antwort.`,
  someoneNeedsInput: 'Deine Antwort wird gebraucht.',
  goToQuestion: 'Zur Frage',
};
