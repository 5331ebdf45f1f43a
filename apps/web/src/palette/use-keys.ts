'use client';

import { useEffect } from 'react';
import { currentSettings } from '../settings/use-settings.ts';
import { usePalette } from './commands.ts';
import { createKeyReader, isModified } from './keys.ts';

/** Runs commands by their keys. While somebody writes, or a dialog or menu is open, single keys are theirs. */
export function useKeys(): void {
  useEffect(() => {
    const reader = createKeyReader();
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      const { commands, open } = usePalette.getState();
      const single = currentSettings().singleKeys === 'on' && !isWriting(event.target) && !isTaken();
      const wanted = [...commands.values()].flatMap(({ keys }) =>
        keys !== undefined && (single || isModified(keys)) ? [keys] : [],
      );
      const { keys } = reader.press(event, wanted, event.timeStamp);
      if (keys === undefined) return;
      // The palette's own keys close it again; nothing else happens behind an open dialog.
      if (open !== undefined && !PALETTE_KEYS.has(keys)) return;
      event.preventDefault();
      [...commands.values()].findLast((command) => command.keys === keys)?.run();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}

const PALETTE_KEYS: ReadonlySet<string> = new Set(['Mod+K']);

const FIELDS =
  'input:not([type="checkbox"], [type="radio"], [type="button"]), textarea, select, [contenteditable="true"]';

function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(FIELDS) !== null;
}

function isTaken(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]') !== null;
}
