'use client';

import { useEffect, useRef } from 'react';
import { useCommand } from '../palette/commands.ts';
import { announce } from '../shell/announcer.tsx';
import { useWords } from '../i18n/words.ts';
import { titleOf } from './chat-title.ts';
import { lastGone, newestDeletion, useDeletions } from './deletions.ts';
import { useChatActions } from './use-chat-actions.ts';
import { useListWords } from './words.ts';

const FIELDS = 'input, textarea, select, [contenteditable="true"]';

/** Brings the chat back that was deleted last: by Ctrl+Z outside of fields, and from the palette. */
export function useUndoKey(): void {
  const t = useWords();
  const words = useListWords();
  const actions = useChatActions();
  const newest = useDeletions(({ deletions }) => lastGone(deletions)?.row);
  const undo = (): boolean => {
    const row = newestDeletion(Date.now());
    if (row === undefined) return false;
    actions.restore(row);
    announce(words.restored(titleOf(row, t.untitled)));
    return true;
  };
  const latest = useRef(undo);
  useEffect(() => {
    latest.current = undo;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      if (event.defaultPrevented || (event.target instanceof Element && event.target.closest(FIELDS) !== null)) return;
      if (latest.current()) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
    };
  }, []);
  useCommand(
    newest === undefined
      ? undefined
      : { id: 'chats.undoDelete', label: words.undoDelete(titleOf(newest, t.untitled)), group: 'app', run: undo },
  );
}
