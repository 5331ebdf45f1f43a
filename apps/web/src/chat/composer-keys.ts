import type { KeyboardEvent } from 'react';
import type { Settings } from '../settings/settings.ts';

/**
 * Whether a key belongs to an input method that is still composing. Safari ends the composition before it tells of the Enter
 * that ended it; only its key code, 229, says so then.
 */
export function isComposing({ nativeEvent }: KeyboardEvent): boolean {
  return nativeEvent.isComposing || Reflect.get(nativeEvent, 'keyCode') === 229;
}

/** Whether a key sends, by what the person has set. */
export function sends(event: KeyboardEvent, how: Settings['send']): boolean {
  if (event.key !== 'Enter' || event.shiftKey || event.altKey) return false;
  return how === 'enter' || event.ctrlKey || event.metaKey;
}
