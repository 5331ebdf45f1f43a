import { clearDraft, draftOf, writeDraft } from '../draft-store.ts';
import { setDoing } from './doing-store.ts';

/** The name under which a changed message is kept until it is sent: it outlives the editor, the chat and the page. */
export function editKey(chatId: string, messageId: string): string {
  return `edit.${chatId}.${messageId}`;
}

/** Opens the editor of a message: with the text, or with what was written there before, unless it shall be `instead`. */
export function beginEdit(
  chatId: string,
  {
    messageId,
    text,
    instead = false,
  }: { readonly messageId: string; readonly text: string; readonly instead?: boolean },
): void {
  const key = editKey(chatId, messageId);
  if (instead || draftOf(key).text.trim() === '') writeDraft(key, { text });
  setDoing(chatId, { editing: { messageId } });
}

/** Closes the editor. What was written there is kept for the next time, unless it says what the message says. */
export function leaveEdit(
  chatId: string,
  { messageId, text }: { readonly messageId: string; readonly text: string },
): void {
  const key = editKey(chatId, messageId);
  if (draftOf(key).text.trim() === text.trim()) clearDraft(key);
  setDoing(chatId, { editing: undefined });
}

/** Closes the editor; what was written there was sent, or is not wanted. */
export function endEdit(chatId: string, messageId: string): void {
  clearDraft(editKey(chatId, messageId));
  setDoing(chatId, { editing: undefined });
}
