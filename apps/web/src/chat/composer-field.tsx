'use client';

import { useEffect, useLayoutEffect, useState, type ClipboardEvent, type KeyboardEvent, type RefObject } from 'react';
import { useWords } from '../i18n/words.ts';
import { useSettings } from '../settings/use-settings.ts';
import { spokenTexts, step, type Browsing } from './composer-history.ts';
import { isComposing, sends } from './composer-keys.ts';
import { draftOf, onInsert, writeDraft } from './draft-store.ts';

/** Highest it grows, in px; then it scrolls. */
const MAX_HEIGHT = 240;

/** The text of a message, as high as it is; Enter sends it, and an arrow key in the empty field brings earlier ones back. */
export function ComposerField(props: {
  readonly draftKey: string;
  readonly text: string;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly placeholder: string;
  readonly onSend: () => void;
  readonly onPaste: (event: ClipboardEvent) => void;
  readonly spoken: (() => Iterable<string>) | undefined;
}) {
  const { draftKey, text, field } = props;
  const t = useWords();
  const { send } = useSettings();
  const browse = useHistory(draftKey, props.spoken);
  useLayoutEffect(() => {
    if (field.current !== null) fit(field.current);
  }, [field, text]);
  useEffect(
    () =>
      onInsert(draftKey, () => {
        // After the menu that asked for it has given the focus back.
        requestAnimationFrame(() => {
          field.current?.focus();
          field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
        });
      }),
    [draftKey, field],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    browse(event);
    if (!sends(event, send)) return;
    event.preventDefault();
    props.onSend();
  };
  return (
    <>
      <textarea
        ref={field}
        rows={1}
        value={text}
        aria-label={t.composerLabel}
        aria-describedby="composer-keys"
        placeholder={props.placeholder}
        onChange={(event) => {
          writeDraft(draftKey, { text: event.target.value });
        }}
        onKeyDown={onKeyDown}
        onPaste={props.onPaste}
        className="thin-scroll max-h-60 min-h-11 flex-1 resize-none bg-transparent px-2 py-2.5 text-base leading-6 outline-none placeholder:truncate placeholder:text-faint md:min-h-9 md:py-1.5 md:text-[0.9375rem]"
      />
      <span id="composer-keys" className="sr-only">
        {send === 'enter' ? t.composerKeys : t.composerKeysMod}
      </span>
    </>
  );
}

/** Goes through what was said before, by the arrow keys alone. */
function useHistory(draftKey: string, spoken: (() => Iterable<string>) | undefined): (event: KeyboardEvent) => void {
  const [at, setAt] = useState<Browsing>();
  return (event) => {
    const direction = DIRECTIONS[event.key];
    if (direction === undefined || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = step(direction, { spoken: spokenTexts(spoken?.() ?? []), at, text: draftOf(draftKey).text });
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
    writeDraft(draftKey, { text: next.shown });
  };
}

const DIRECTIONS: Readonly<Record<string, 'older' | 'newer'>> = { ArrowUp: 'older', ArrowDown: 'newer' };

/** As high as its text. */
function fit(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${String(Math.min(field.scrollHeight, MAX_HEIGHT))}px`;
}
