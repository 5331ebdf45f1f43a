import { announce } from '../../shell/announcer.tsx';
import { showToast } from '../../shell/toast-store.ts';

/** Copies a text and says so; false when the browser does not let it, which is said too. */
export async function copyToClipboard(
  text: string,
  words: { readonly done: string; readonly failed: string },
): Promise<boolean> {
  try {
    // Without https there is no clipboard at all, whatever the types say.
    await (navigator as { clipboard?: Clipboard }).clipboard?.writeText(text);
    if (!('clipboard' in navigator)) throw new Error('no clipboard');
    announce(words.done);
    return true;
  } catch {
    showToast(words.failed);
    return false;
  }
}
