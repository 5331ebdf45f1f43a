'use client';

import { MAX_TITLE_LENGTH } from '@colloquy/contracts/constants';
import { useRef, type KeyboardEvent } from 'react';
import { useWords } from '../i18n/words.ts';

/** A field in place of a title: Enter or leaving it keeps the new one, Esc the old. */
export function RenameField(props: { readonly title: string; readonly onDone: (title: string | undefined) => void }) {
  const t = useWords();
  const done = useRef(false);
  const finish = (title: string | undefined): void => {
    if (done.current) return; // Esc also takes the focus away
    done.current = true;
    const text = title?.trim();
    props.onDone(text === '' ? undefined : text);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') finish(event.currentTarget.value);
    if (event.key === 'Escape') {
      event.preventDefault();
      event.nativeEvent.stopImmediatePropagation();
      finish(undefined);
    }
  };
  return (
    <input
      ref={focusAndSelect}
      aria-label={t.renameLabel}
      defaultValue={props.title}
      maxLength={MAX_TITLE_LENGTH}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        finish(event.currentTarget.value);
      }}
      className="h-11 w-full rounded-lg border border-line-strong bg-surface px-2.5 text-base md:h-9 md:text-sm"
    />
  );
}

function focusAndSelect(input: HTMLInputElement | null): void {
  input?.focus();
  input?.select();
}
