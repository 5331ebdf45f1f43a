'use client';

import { useSyncExternalStore } from 'react';
import { isMac, MAC_KEYS, shownKeys } from './keys.ts';
import { usePaletteWords } from './words.ts';

const never = (): (() => void) => () => undefined;

/** Keys as they look on the keyboard. */
export function KeyCaps({ keys }: { readonly keys: string }) {
  const words = usePaletteWords();
  const names = useKeyNames();
  return (
    <span className="flex shrink-0 items-center gap-1 [@media(hover:none)]:hidden">
      {shownKeys(keys, names).map((press, index) => (
        <span key={press.join('+')} className="flex items-center gap-1">
          {index === 0 ? null : <span className="text-xs text-faint">{words.then}</span>}
          {press.map((part) => (
            <kbd key={part} className="key-cap">
              {part}
            </kbd>
          ))}
        </span>
      ))}
    </span>
  );
}

/** What keys are called here: by their signs on a Mac, else as the language has it. */
export function useKeyNames(): Readonly<Record<string, string>> {
  const { keys } = usePaletteWords();
  return useSyncExternalStore(never, isMac, () => false) ? MAC_KEYS : keys;
}
